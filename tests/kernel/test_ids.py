"""Ids: unique over threads and forks, sorted by time."""

import os
import threading

from trackbook.ids import IdSource, new_id


def test_ids_sort_by_when_they_were_made():
    assert new_id(1) < new_id(2) < new_id(2**40)
    assert len(new_id()) == 26


def test_ids_of_many_threads_are_all_different():
    source = IdSource()
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.extend(source() for _ in range(500)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 2000


def test_a_child_of_fork_makes_other_ids():
    source = IdSource()
    source()
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, b"".join(source().encode() for _ in range(50)))
        os._exit(0)
    mine = {source()[10:] for _ in range(50)}
    os.wait()
    text = os.read(reader, 10_000).decode()
    os.close(reader)
    os.close(writer)
    theirs = {text[start + 10 : start + 26] for start in range(0, len(text), 26)}
    assert len(theirs) == 50
    assert not mine & theirs
