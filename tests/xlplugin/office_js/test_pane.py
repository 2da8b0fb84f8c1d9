"""The task pane in a real headless Chromium, with a stand-in for Excel's office.js (node/office_stub.js)."""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import compute_cost
from compute_cost import registry
from compute_cost.amounts import show
from tests.support import ROOT, needs, skip
from tests.support.office_server import Server, running

needs("playwright", "engines")
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

pytestmark = pytest.mark.slow
STUB = (ROOT / "tests" / "xlplugin" / "office_js" / "node" / "office_stub.js").read_text(encoding="utf-8")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

complaints: dict[Page, list[str]] = {}  # what each page wrote to its console as an error


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


def chromium(playwright: Playwright, server: Server) -> Browser:
    """The machine's own Chromium, which trusts this server's certificate and no other."""
    program = shutil.which("chromium")
    if not program:
        skip("needs Chromium")
    key = x509.load_pem_x509_certificate(server.certificate.read_bytes()).public_key()
    pin = base64.b64encode(hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()
    return playwright.chromium.launch(executable_path=program, args=[*FLAGS, f"--ignore-certificate-errors-spki-list={pin}"])


@pytest.fixture(scope="module")
def browser(playwright: Playwright, office_server: Server) -> Iterator[Browser]:
    found = chromium(playwright, office_server)
    yield found
    found.close()


def pane(browser: Browser, server: Server, *, office: bool = True) -> Page:
    """The pane as wide as Excel shows it; `office` says whether office.js can be loaded."""
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.set_default_timeout(15_000)
    found = complaints[page] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda problem: found.append(str(problem)))
    if office:
        page.route("https://appsforoffice.microsoft.com/**", lambda route: route.fulfill(body=STUB, content_type="text/javascript"))
    else:
        page.route("https://appsforoffice.microsoft.com/**", lambda route: route.abort())
    query = f"?token={server.token}" if server.token else ""
    page.goto(f"{server.address}/taskpane.html{query}")
    page.wait_for_selector("#field-params")
    return page


@pytest.fixture
def excel(browser: Browser, office_server: Server) -> Iterator[Page]:
    page = pane(browser, office_server)
    expect(page.locator("#insert")).to_have_text("Insert into the cell")
    yield page
    page.close()


def estimate(page: Page, name: str, **typed: str) -> None:
    page.select_option("#estimate", name)
    page.evaluate("document.getElementById('more').open = true")
    for field, text in typed.items():
        page.fill(f"#field-{field}", text)
    page.click("#run")
    page.wait_for_selector("#result:not([hidden]), #problem:not([hidden])")


def cell_value(page: Page, address: str) -> Any:
    """What the cell shows once it is calculated. Asked again and again, as the page's policy forbids a waiting script."""
    for _ in range(200):
        found = page.evaluate("address => book.cells[address]?.value ?? '#BUSY!'", address)
        if found != "#BUSY!":
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"{address} is still being calculated")


def test_the_pane_says_why_the_selected_cell_fails(excel: Page) -> None:
    excel.evaluate("""() => {
        book.cells.B2 = { formula: '=COMPUTE.TRAIN_COST("GPT-33")', value: null };
        book.cells.B3 = { formula: '=COMPUTE.TRAIN_COST("GPT-3")', value: null };
        calculate("B2");
        calculate("B3");
    }""")
    assert str(cell_value(excel, "B2")).startswith('#VALUE! params: "GPT-33" is not known')
    assert isinstance(cell_value(excel, "B3"), float)
    excel.click("#why")
    expect(excel.locator("#words")).to_contain_text('Sheet1!B2: params: "GPT-33" is not known')
    excel.evaluate("book.active = 'B3'")
    excel.click("#why")
    expect(excel.locator("#words")).to_contain_text("Sheet1!B3: no Compute Cost function of this session has failed in that cell")


def test_from_a_typed_model_to_the_number_in_the_cell(excel: Page) -> None:
    estimate(excel, "train_cost", params="GPT-3", gpu="A100")
    result = compute_cost.train_cost("GPT-3", None, "A100")
    assert excel.inner_text("#value") == show(result.value, "USD")
    assert excel.inner_text("#range") == f"80% range: {result.range_text()}"
    assert excel.locator("#range-chart rect").count() == 3
    assert excel.inner_text("#formula") == '=COMPUTE.TRAIN_COST("GPT-3",,"A100")'
    excel.click("#insert")
    expect(excel.locator("#inserted")).to_have_text("Put into Sheet1!B2.")
    assert excel.evaluate("book.cells.B2.formula") == '=COMPUTE.TRAIN_COST("GPT-3",,"A100")'
    assert cell_value(excel, "B2") == result.value
    assert complaints[excel] == [], "the page or its security policy complained"


def test_a_cell_that_holds_something_is_replaced_only_when_asked_twice(excel: Page) -> None:
    excel.evaluate("book.cells.B2 = { formula: '=SUM(1,2)', value: 3 }")
    estimate(excel, "train_flops", params="7e9", tokens="1T")
    excel.click("#insert")
    expect(excel.locator("#inserted")).to_contain_text("is not empty")
    assert excel.evaluate("book.cells.B2.formula") == "=SUM(1,2)"
    excel.click("#insert")
    expect(excel.locator("#inserted")).to_contain_text("Put into")
    assert excel.evaluate("book.cells.B2.formula") == '=COMPUTE.TRAIN_FLOPS(7000000000,"1T")'
    assert cell_value(excel, "B2") == compute_cost.train_flops(7e9, 1e12).value


def test_an_unknown_name_is_answered_with_suggestions_and_no_old_number_stays(excel: Page) -> None:
    estimate(excel, "train_cost", params="GPT-3")
    excel.fill("#field-gpu", "H10O")
    excel.click("#run")
    excel.wait_for_selector("#problem:not([hidden])")
    assert excel.inner_text("#problem").startswith('gpu: "H10O" is not known; did you mean')
    assert excel.is_hidden("#result")


def test_a_changed_input_takes_the_old_number_away(excel: Page) -> None:
    estimate(excel, "train_cost", params="GPT-3", gpu="H100")
    expect(excel.locator("#result")).to_be_visible()
    excel.fill("#field-gpu", "A100")
    expect(excel.locator("#result")).to_be_hidden()
    excel.click("#run")
    expect(excel.locator("#formula")).to_have_text('=COMPUTE.TRAIN_COST("GPT-3",,"A100")')


def test_names_are_offered_as_they_are_typed(excel: Page) -> None:
    excel.locator("#field-params").press_sequentially("llama 3 7")
    excel.wait_for_selector("#names-field-params option", state="attached")
    offered = excel.eval_on_selector_all("#names-field-params option", "options => options.map(one => one.value)")
    assert "Llama 3 70B" in offered
    excel.locator("#field-gpu").press_sequentially("b200")
    excel.wait_for_selector("#names-field-gpu option", state="attached")
    assert "B200" in " ".join(excel.eval_on_selector_all("#names-field-gpu option", "options => options.map(one => one.value)"))


def test_the_steps_the_sums_and_the_sources_are_shown(excel: Page) -> None:
    estimate(excel, "project_cost", params="GPT-3", gpu="A100", gpus="1024")
    result = compute_cost.project_cost("GPT-3", None, "A100", 1024)
    money = [step for step in result.steps if step.unit == "USD" and not step.label.startswith("Published")]
    bars = excel.eval_on_selector_all(
        "#money rect", "bars => bars.map(one => [+one.getAttribute('x'), +one.getAttribute('width'), one.getAttribute('fill')])"
    )
    assert len(bars) == len(money) == 8
    naive, total = bars[0], bars[-1]
    assert total[1] / naive[1] == pytest.approx(result.value / float(money[0].value), rel=1e-3)
    assert [fill for *_, fill in bars].count(total[2]) == 3, "the naive cost, the final run and the whole are totals"
    assert bars[1][0] == pytest.approx(naive[0] + naive[1], abs=0.01), "what is lost starts where the naive cost ends"
    steps = excel.locator("#steps tr").count() + excel.locator("#published tr").count()
    assert steps == len(result.steps)
    assert excel.locator("#inputs tr").count() == len(result.inputs)
    assert excel.locator("#sources li").count() == len(result.sources)
    links = excel.eval_on_selector_all("#sources a", "links => links.map(one => [one.href, one.rel])")
    assert len(links) == sum(one.url.startswith("http") for one in result.sources)
    assert all(rel == "noopener noreferrer" for _, rel in links)
    assert excel.locator("#warnings li").all_inner_texts() == list(result.warnings)
    assert excel.evaluate("document.scrollingElement.scrollWidth") <= 320, "the pane can be scrolled sideways"


def test_every_estimate_has_its_fields(excel: Page) -> None:
    offered = excel.eval_on_selector_all("#estimate option", "options => options.map(one => one.value)")
    assert set(registry.estimates()) - set(offered) == {
        *registry.FOR_CELLS_ONLY,
        "cost_table",
    }  # they open up another estimate
    for name in offered:
        excel.select_option("#estimate", name)
        fields = excel.eval_on_selector_all(
            "#form .field [name]", "fields => fields.map(one => [one.name, one.parentElement.textContent.trim()])"
        )
        assert sorted(field for field, _ in fields) == sorted(parameter.name for parameter in registry.get(name).parameters)
        assert all(title for _, title in fields)


def test_what_is_typed_is_never_read_as_html(excel: Page) -> None:
    estimate(excel, "train_cost", params="<img src=x onerror=\"document.title='hit'\">")
    assert "<img src=x" in excel.inner_text("#problem")
    assert excel.locator("#problem img").count() == 0
    assert excel.title() == "Compute Cost"


def test_in_a_plain_browser_it_estimates_and_copies(browser: Browser, office_server: Server) -> None:
    page = pane(browser, office_server, office=False)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    estimate(page, "gpu_price", gpu="A100")
    assert page.inner_text("#value") == show(compute_cost.gpu_price("A100").value, "USD per GPU-hour")
    assert "Open this page in Excel" in page.inner_text("#host")
    page.click("#insert")
    expect(page.locator("#inserted")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == '=COMPUTE.GPU_PRICE("A100")'
    page.close()


def test_a_thousand_cells_of_the_page_are_a_handful_of_requests(excel: Page) -> None:
    sent: list[str] = []
    excel.on("request", lambda request: sent.append(request.url))
    run = "Promise.all(Array.from({ length: 1000 }, (_, i) => book.functions.TRAIN_COST([['GPT-3']], [[300e9 + i]], [['A100']], {})))"
    rows = excel.evaluate(run)
    assert len(sent) <= 3
    assert [rows[0][0][0], rows[999][0][0]] == [compute_cost.train_cost("GPT-3", 300e9 + i, "A100").value for i in (0, 999)]


def test_when_the_server_is_gone_pane_and_cell_say_so(playwright: Playwright, tmp_path: Path) -> None:
    """The control: without the server neither may show a number."""
    with running(tmp_path, "--token", "token-of-the-pane-test") as server:
        browser = chromium(playwright, server)
        try:
            page = pane(browser, server)
            expect(page.locator("#insert")).to_have_text("Insert into the cell")
            estimate(page, "train_cost", params="GPT-3")
            page.click("#insert")
            assert cell_value(page, "B2") == compute_cost.train_cost("GPT-3").value
            server.stop()
            page.evaluate("calculate('B2')")
            assert str(cell_value(page, "B2")).startswith(f"#VALUE! no answer from {server.address}; start it with")
            page.click("#run")
            page.wait_for_selector("#problem:not([hidden])")
            assert page.is_hidden("#result")
            assert "compute-cost sheets serve" in page.inner_text("#problem")
        finally:
            browser.close()
