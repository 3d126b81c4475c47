"""Streams as they stand on a screen, within a bound."""

import random
import re

import pytest

from trackbook.capture import outputs_text
from trackbook.capture.outputs_text import StreamText, count_bytes

from .outputs_held import on_a_terminal


@pytest.mark.parametrize("seed", range(200))
def test_pieces_fold_as_a_terminal_does_wherever_they_are_cut(seed):
    chance = random.Random(seed)
    text = "".join(chance.choices("ab é█\r\b\n", [5, 5, 2, 1, 1, 3, 2, 1], k=120))
    stream = StreamText()
    rest = text
    while rest:
        cut = chance.randint(1, 20)
        stream.write(rest[:cut])
        rest = rest[cut:]
    assert stream.show() == (on_a_terminal(text), 0, 0)


def test_a_progress_bar_is_its_last_state():
    stream = StreamText()
    for step in range(101):
        stream.write(f"\r{step}%|{'█' * (step // 10):10}| {step}/100")
        assert stream.size < 100
    stream.write("\ndone\n")
    assert stream.show().text == "100%|██████████| 100/100\ndone\n"


def test_colours_move_nothing_and_erasing_erases():
    stream = StreamText()
    stream.write("\x1b[31mlong red text\x1b[0m\r\x1b[2K\x1b[32mgreen\x1b[0m")
    assert re.sub(r"\x1b\[\d*m", "", stream.show().text) == "green"
    stream.write("\rabcdef\r12\x1b[K")
    assert re.sub(r"\x1b\[\d*m", "", stream.show().text) == "12"


def test_a_long_text_keeps_whole_lines_of_its_head_and_tail():
    stream = StreamText()
    lines = [f"line {number} é\n" for number in range(100_000)]
    for line in lines:
        stream.write(line)
    shown = stream.show()
    head, tail = shown.text[: shown.head_length], shown.text[shown.head_length :]
    assert "".join(lines).startswith(head)
    assert "".join(lines).endswith(tail)
    assert head.endswith("\n")
    assert tail.startswith("line ")
    assert len(head) > outputs_text.HEAD_CHARACTERS - 100
    assert len(tail) > outputs_text.TAIL_CHARACTERS - 100
    whole = count_bytes("".join(lines))
    assert shown.omitted_bytes == whole - count_bytes(shown.text)
    assert stream.size < 200_000


def test_one_huge_write_is_as_bounded_as_many():
    stream = StreamText()
    stream.write("x" * 10_000_000)
    shown = stream.show()
    assert stream.size < 200_000
    assert shown.omitted_bytes + len(shown.text) == 10_000_000


@pytest.mark.parametrize("most", [100, 5000, 64 * 1024])
def test_what_is_shown_of_it_can_be_less(most):
    stream = StreamText()
    text = "".join(f"{number}\n" for number in range(20_000))
    stream.write(text)
    shown = stream.show(most)
    assert len(shown.text) <= 2 * most
    assert shown.omitted_bytes + len(shown.text) == len(text)
    assert text.startswith(shown.text[: shown.head_length])
    assert text.endswith(shown.text[shown.head_length :])
