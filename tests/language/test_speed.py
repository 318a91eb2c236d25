"""Publishing must be quick however large the hotline is."""

import time

from ivr.language import read_files

HEAD = """\
hotline: A large one
zone: Asia/Ho_Chi_Minh
numbers: {"+842873001234": m0}
languages: {vi: {}, en: {}}
steps:
"""


def menu(number: int, of: int) -> str:
    options = "".join(f"      {key}: m{(number * 5 + key) % of}\n" for key in range(1, 6))
    return (
        f"  m{number}:\n"
        f'    label: {{en: "menu {number}", vi: "nghe menu {number}"}}\n'
        '    say: {en: "How can we help?", vi: "Quý khách cần gì ạ?"}\n'
        f'    keys:\n{options}      9: repeat\n      "*": back\n'
        "    silence: {after: 6s, tries: 3, then: hang_up}\n"
    )


def test_a_thousand_menus_are_read_and_checked_in_no_time() -> None:
    text = HEAD + "".join(menu(number, of=1000) for number in range(1000))
    seconds = []
    for _ in range(3):
        began = time.process_time()
        checked = read_files({"menus.yaml": text})
        seconds.append(time.process_time() - began)
    assert checked.hotline
    assert len(checked.hotline.steps) == 1000
    assert min(seconds) < 0.6
