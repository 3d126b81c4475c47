import asyncio
import gc
import sys

import trackbook_server
from trackbook_server.loop import SWITCH_SECONDS


async def test_the_server_loads_the_extension_and_stays_up(jp_serverapp, jp_fetch):
    points = jp_serverapp.extension_manager.extensions
    assert points["trackbook_server"].enabled
    assert (await jp_fetch("api", "status")).code == 200


def test_the_labextension_is_named_as_its_package():
    assert trackbook_server._jupyter_labextension_paths() == [
        {"src": "labextension", "dest": "trackbook"}
    ]


async def test_the_loop_gets_the_interpreter_back_soon(jp_serverapp, jp_fetch):
    await jp_fetch("trackbook", "api", "status")
    for _ in range(500):
        if sys.getswitchinterval() <= SWITCH_SECONDS * 1.01 and gc.get_freeze_count():
            return
        await asyncio.sleep(0.02)
    raise AssertionError((sys.getswitchinterval(), gc.get_freeze_count()))
