"""The task pane in a real headless Chromium, with a stand-in for Excel's office.js (node/office_stub.js): answered by the server, and
from the static folder by Python in the page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import compute_cost
from compute_cost.amounts import show
from tests.support import ROOT, needs
from tests.support.browser import axe, chromium, complaints, hosted
from tests.support.office_server import Server, running

needs("playwright", "engines")
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

pytestmark = pytest.mark.slow
STUB = (ROOT / "tests" / "xlplugin" / "office_js" / "node" / "office_stub.js").read_text(encoding="utf-8")
START = 60_000  # milliseconds that a cold Python may take on a busy machine
OFFICE_JS = "https://appsforoffice.microsoft.com/**"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


def trusting(playwright: Playwright, server: Server) -> Browser:
    """The machine's own Chromium, which trusts this server's certificate and no other."""
    key = x509.load_pem_x509_certificate(server.certificate.read_bytes()).public_key()
    pin = base64.b64encode(hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()
    return chromium(playwright, f"--ignore-certificate-errors-spki-list={pin}")


def pane(browser: Browser, address: str, *, office: bool = True, **options: Any) -> Page:
    """The pane as wide as Excel shows it; `office` says whether office.js can be loaded."""
    page = browser.new_page(**{"viewport": {"width": 320, "height": 800}, **options})
    page.set_default_timeout(START)
    page.route(OFFICE_JS, lambda route: route.fulfill(body=STUB, content_type="text/javascript") if office else route.abort())
    page.goto(address)
    expect(page.locator("#value")).to_be_visible()
    return page


@pytest.fixture(scope="module", params=["server", "static"])
def home(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[tuple[Browser, str]]:
    """A browser and the address of the pane."""
    with ExitStack() as stack:
        if request.param == "server":
            server: Server = request.getfixturevalue("office_server")
            browser, address = trusting(playwright, server), server.address
        else:
            browser, address = chromium(playwright), stack.enter_context(hosted(request.getfixturevalue("static_addin")))
        stack.callback(browser.close)
        yield browser, f"{address}/taskpane.html"


@pytest.fixture
def excel(home: tuple[Browser, str]) -> Iterator[Page]:
    page = pane(*home)
    found = complaints(page)
    expect(page.locator("#insert")).to_be_visible()
    yield page
    page.close()
    refused = "the server responded with a status of 400"  # a mistake, which the page shows
    assert [one for one in found if refused not in one] == [], "the page or its security policy complained"


def ask(page: Page, question: str, **typed: str) -> None:
    """Choose a question and type its inputs."""
    page.fill("#question", question.replace("_", " "))
    page.locator(f"#question-{question}").click()
    page.evaluate("document.querySelector('compute-cost-calculator').shadowRoot.querySelector('#more').open = true")
    for field, text in typed.items():
        if page.evaluate(
            "([field]) => document.querySelector('compute-cost-calculator').shadowRoot.querySelector(field).options", [f"#field-{field}"]
        ):
            page.select_option(f"#field-{field}", text)
        else:
            page.fill(f"#field-{field}", text)


def answered(page: Page, text: str) -> None:
    expect(page.locator("#value")).to_have_text(text)
    expect(page.locator("#result.stale")).to_have_count(0)


def dollars(*given: Any) -> str:
    return show(compute_cost.train_cost(*given).value, "USD")


def cell_value(page: Page, address: str) -> Any:
    """What the cell shows once it is calculated; WebAssembly's last digit of a number may be another.

    Asked again and again, as the page's policy forbids a waiting script.
    """
    for _ in range(1200):
        found = page.evaluate("address => book.cells[address]?.value ?? '#BUSY!'", address)
        if found != "#BUSY!":
            return pytest.approx(found, rel=1e-12) if isinstance(found, float) else found
        page.wait_for_timeout(50)
    raise AssertionError(f"{address} is still being calculated")


def open_all(page: Page) -> None:
    page.evaluate(
        "for (const one of document.querySelector('compute-cost-calculator').shadowRoot.querySelectorAll('details')) one.open = true"
    )


def test_from_a_typed_model_to_the_number_in_the_cell(excel: Page) -> None:
    ask(excel, "train_cost", params="GPT-3", gpu="A100")
    result = compute_cost.train_cost("GPT-3", None, "A100")
    answered(excel, show(result.value, "USD"))
    assert excel.inner_text("#range") == f"80% range: {result.range_text()}"
    assert excel.locator("#range-chart rect").count() == 3
    assert excel.inner_text("#formula") == '=COMPUTE.TRAIN_COST("GPT-3",,"A100")'
    excel.click("#insert")
    expect(excel.locator("#note")).to_have_text("Put into Sheet1!B2.")
    assert excel.evaluate("book.cells.B2.formula") == '=COMPUTE.TRAIN_COST("GPT-3",,"A100")'
    assert cell_value(excel, "B2") == result.value


def test_a_cell_becomes_an_argument(excel: Page) -> None:
    excel.evaluate("enter('D4', 'A100'); book.active = 'D4'")
    ask(excel, "train_cost", params="GPT-3")
    excel.get_by_role("button", name="GPU: take the selected cell").click()
    expect(excel.locator("#formula")).to_have_text('=COMPUTE.TRAIN_COST("GPT-3",,Sheet1!D4)')
    answered(excel, dollars("GPT-3", None, "A100"))
    excel.evaluate("book.active = 'B2'")
    excel.click("#insert")
    assert cell_value(excel, "B2") == compute_cost.train_cost("GPT-3", None, "A100").value
    excel.evaluate("enter('D4', 'H100'); calculate('B2')")
    assert cell_value(excel, "B2") == compute_cost.train_cost("GPT-3", None, "H100").value
    excel.fill("#field-gpu", "V100")  # typed over: a constant again
    expect(excel.locator("#formula")).to_have_text('=COMPUTE.TRAIN_COST("GPT-3",,"V100")')
    excel.evaluate("book.active = 'Z9'")
    excel.get_by_role("button", name="GPU: take the selected cell").click()
    expect(excel.locator("#note")).to_have_text("Sheet1!Z9 is empty.")
    expect(excel.locator("#field-gpu")).to_have_value("V100")


def test_a_block_has_the_inputs_the_answer_and_its_range(excel: Page) -> None:
    ask(excel, "train_cost", params="GPT-3", gpu="A100")
    answered(excel, dollars("GPT-3", None, "A100"))
    excel.click("#insert-block")
    expect(excel.locator("#note")).to_contain_text("Put into Sheet1!B2:D")
    result = compute_cost.train_cost("GPT-3", None, "A100")
    assert [cell_value(excel, f"C{row}") for row in range(5, 8)] == [result.value, result.low, result.high]
    assert excel.evaluate("['B3', 'C3', 'D3', 'B4', 'C4', 'B5', 'D5'].map((at) => book.cells[at]?.value)") == [
        *("Model", "GPT-3", "parameters", "GPU", "A100", "Training cost", "USD")
    ]
    excel.evaluate("enter('C4', 'H100'); calculate('C5')")
    assert cell_value(excel, "C5") == compute_cost.train_cost("GPT-3", None, "H100").value


def test_scenarios_become_rows(excel: Page) -> None:
    ask(excel, "train_cost", params="GPT-3")
    open_all(excel)
    excel.select_option("#varied", "gpu")
    excel.fill("#values", "A100; H100")
    excel.click("#compare")
    expect(excel.locator("#compared tr")).to_have_count(3)
    excel.click("#insert-table")
    expect(excel.locator("#note")).to_have_text("Put into Sheet1!B2:E4.")
    for row, chip in ((3, "A100"), (4, "H100")):
        result = compute_cost.train_cost("GPT-3", None, chip)
        assert [cell_value(excel, f"{column}{row}") for column in "BCDE"] == [chip, result.value, result.low, result.high]


def test_what_cells_hold_is_replaced_only_when_asked_twice(excel: Page) -> None:
    excel.evaluate("enter('C4', 7)")
    ask(excel, "train_flops", params="7e9", tokens="1T")
    answered(excel, show(compute_cost.train_flops(7e9, 1e12).value, "FLOP"))
    excel.click("#insert-block")
    expect(excel.locator("#note")).to_contain_text("is not empty")
    assert excel.evaluate("Object.keys(book.cells)") == ["C4"]
    excel.click("#insert-block")
    expect(excel.locator("#note")).to_contain_text("Put into")
    assert excel.evaluate("book.cells.C4.value") == "1T"


def test_the_selected_cell_is_explained(excel: Page) -> None:
    excel.evaluate("""() => {
        enter("A1", "A100");
        enter("B2", '=COMPUTE.TRAIN_COST("GPT-3",,A1,,"gpus=1024")');
        enter("B3", '=COMPUTE.TRAIN_COST("GPT-33")');
        enter("B4", '=COMPUTE.ESTIMATE_LOW("TRAIN_COST","GPT-3",,A1)');
        enter("B5", '=COMPUTE.COST_WHY("TRAIN_COST","GPT-33")');
    }""")
    assert cell_value(excel, "B2") == compute_cost.train_cost("GPT-3", None, "A100", gpus=1024).value
    excel.click("#explain")
    expect(excel.locator("#words")).to_have_text("Sheet1!B2:")
    expect(excel.locator("#field-gpus")).to_have_value("1024")
    answered(excel, show(compute_cost.train_cost("GPT-3", None, "A100", gpus=1024).value, "USD"))
    assert str(cell_value(excel, "B3")).startswith('#VALUE! params: "GPT-33" is not known')
    excel.evaluate("book.active = 'B3'")
    excel.click("#explain")
    expect(excel.locator("#problem")).to_contain_text('params: "GPT-33" is not known; did you mean')
    cell_value(excel, "B4")
    excel.evaluate("book.active = 'B4'")
    excel.click("#explain")
    answered(excel, dollars("GPT-3", None, "A100"))
    excel.evaluate("enter('C1', 3); book.active = 'C1'")
    excel.click("#explain")
    expect(excel.locator("#words")).to_contain_text("Sheet1!C1: no Compute Cost function was calculated in that cell")


def test_an_assumption_of_a_cell_is_explained_too(excel: Page) -> None:
    assumed = next(one for one in compute_cost.goodput(1024, 30).inputs if one.origin == "assumed" and isinstance(one.value, float))
    other = float(f"{float(assumed.value) * 1.2:.6g}")
    excel.evaluate("(named) => enter('B2', `=COMPUTE.GOODPUT(1024,30,\"${named}\")`)", f"{assumed.name}={other}")
    result = compute_cost.goodput(1024, 30, assume={assumed.name: other})
    assert cell_value(excel, "B2") == result.value
    excel.click("#explain")
    answered(excel, show(result.value, "1"))
    expect(excel.locator(f"#field-{assumed.name}")).to_have_value(str(other))


def test_a_text_is_never_taken_for_a_formula(excel: Page) -> None:
    ask(excel, "find", kind="model", text="=1+1")
    expect(excel.locator("#value")).to_contain_text("0")
    excel.click("#insert-block")
    expect(excel.locator("#note")).to_contain_text("Put into")
    assert excel.evaluate("book.cells.C4") == {"formula": "'=1+1", "value": "=1+1"}


def test_names_are_offered_as_they_are_typed(excel: Page) -> None:
    ask(excel, "train_cost")
    excel.fill("#field-params", "")
    excel.locator("#field-params").press_sequentially("llama 3 7")
    expect(excel.locator("#names-field-params option[value='Llama 3 70B']")).to_have_count(1)


def test_it_follows_the_theme_of_excel(home: tuple[Browser, str]) -> None:
    browser, address = home
    page = browser.new_page(color_scheme="light")
    dark = STUB.replace("context: {", "context: { officeTheme: { isDarkTheme: true },")
    assert dark != STUB
    page.route(OFFICE_JS, lambda route: route.fulfill(body=dark, content_type="text/javascript"))
    page.goto(address)
    expect(page.locator("#insert")).to_be_visible(timeout=START)
    assert page.evaluate("document.documentElement.style.colorScheme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 29, 27)"
    page.close()


@pytest.mark.parametrize("width", [220, 320, 390])
def test_it_fits_and_axe_finds_no_serious_fault(home: tuple[Browser, str], width: int) -> None:
    page = pane(*home, viewport={"width": width, "height": 800}, bypass_csp=True)  # axe is put into the page
    expect(page.locator("#insert")).to_be_visible()
    open_all(page)
    assert axe(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    page.close()


def test_in_a_plain_browser_it_estimates_and_copies(home: tuple[Browser, str]) -> None:
    page = pane(*home, office=False)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "gpu_price", gpu="A100")
    answered(page, show(compute_cost.gpu_price("A100").value, "USD per GPU-hour"))
    assert "Open this page in Excel" in page.inner_text("#host")
    page.click("#copy")
    expect(page.locator("#note")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == '=COMPUTE.GPU_PRICE("A100")'
    page.close()


def test_a_thousand_cells_of_the_page_are_a_handful_of_requests(excel: Page) -> None:
    sent: list[str] = []
    excel.on("request", lambda request: sent.append(request.url))
    run = "Promise.all(Array.from({ length: 1000 }, (_, i) => book.functions.TRAIN_COST([['GPT-3']], [[300e9 + i]], [['A100']], {})))"
    rows = excel.evaluate(run)
    assert len([url for url in sent if url.endswith("/batch")]) <= 3
    assert [rows[0][0][0], rows[999][0][0]] == pytest.approx(
        [compute_cost.train_cost("GPT-3", 300e9 + i, "A100").value for i in (0, 999)], rel=1e-12
    )


def test_when_the_server_is_gone_pane_and_cell_say_so(playwright: Playwright, tmp_path: Path) -> None:
    """The control: without the server neither may show a number."""
    with running(tmp_path, "--token", "token-of-the-pane-test") as server:
        browser = trusting(playwright, server)
        try:
            page = pane(browser, f"{server.address}/taskpane.html?token={server.token}")
            expect(page.locator("#insert")).to_be_visible()
            ask(page, "train_cost", params="GPT-3")
            page.evaluate("enter('B2', '=COMPUTE.TRAIN_COST(\"GPT-3\")')")
            assert cell_value(page, "B2") == compute_cost.train_cost("GPT-3").value
            server.stop()
            page.evaluate("calculate('B2')")
            assert str(cell_value(page, "B2")).startswith(f"#VALUE! no answer from {server.address}; start it with")
            page.fill("#field-gpu", "V100")
            expect(page.locator("#problem")).to_contain_text("compute-cost sheets serve")
            expect(page.locator("#result")).to_be_hidden()
            # Chrome asks before a page may reach a server on this computer; where that was refused the page says what to do.
            page.evaluate(
                "() => { navigator.permissions.query = async ({ name }) => ({ state: name === 'local-network-access' ? 'denied' : 'granted' }) }"
            )
            page.fill("#field-gpu", "T4")
            expect(page.locator("#problem")).to_contain_text("set Local network access to Allow")
        finally:
            browser.close()
