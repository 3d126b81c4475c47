import trackbook_server


async def test_the_server_loads_the_extension_and_stays_up(jp_serverapp, jp_fetch):
    points = jp_serverapp.extension_manager.extensions
    assert points["trackbook_server"].enabled
    assert (await jp_fetch("api", "status")).code == 200


def test_the_labextension_is_named_as_its_package():
    assert trackbook_server._jupyter_labextension_paths() == [
        {"src": "labextension", "dest": "trackbook"}
    ]
