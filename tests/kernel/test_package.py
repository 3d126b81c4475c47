from importlib.metadata import version

import trackbook


def test_the_package_knows_the_version_that_is_installed():
    assert trackbook.__version__ == version("trackbook")
