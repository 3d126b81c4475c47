"""A real server, real kernels, and virtual environments made once for all tests."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .environments import (
    HERE,
    KERNEL_PACKAGE,
    Environment,
    create_environment,
    write_kernel_spec,
)
from .notebook import Lab, Notebook


@pytest.fixture(scope="session")
def light_environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Only ipykernel and trackbook-kernel."""
    folder = tmp_path_factory.mktemp("environments") / "light"
    return create_environment(folder, has_trackbook=True)


@pytest.fixture(scope="session")
def bare_environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Only ipykernel."""
    folder = tmp_path_factory.mktemp("environments") / "bare"
    return create_environment(folder, has_trackbook=False)


@pytest.fixture
def here_spec(jp_data_dir: Path) -> str:
    """A kernel of the interpreter that runs the tests."""
    write_kernel_spec(Path(jp_data_dir), "here", HERE, path=str(KERNEL_PACKAGE))
    return "here"


@pytest.fixture
def light_spec(jp_data_dir: Path, light_environment: Environment) -> str:
    write_kernel_spec(Path(jp_data_dir), "light", light_environment.python)
    return "light"


@pytest.fixture
def bare_spec(jp_data_dir: Path, bare_environment: Environment) -> str:
    write_kernel_spec(Path(jp_data_dir), "bare", bare_environment.python)
    return "bare"


@pytest.fixture
def lab(
    here_spec: str, jp_serverapp: Any, jp_fetch: Any, jp_asyncio_loop: Any
) -> Iterator[Lab]:
    """What a person does in JupyterLab, over the same REST and kernel messages."""

    async def fetch(*parts: str, **options: Any) -> Any:
        if "body" in options:
            options["body"] = json.dumps(options["body"])
        answer = await jp_fetch(*parts, **options)
        return json.loads(answer.body) if answer.body else None

    lab = Lab(jp_serverapp, fetch)
    yield lab
    jp_asyncio_loop.run_until_complete(lab.close())


@pytest.fixture
def open_notebook(lab: Lab) -> Callable[..., Any]:
    async def open_(path: str = "train.ipynb", kernel: str = "here") -> Notebook:
        return await lab.open(path, kernel)

    return open_
