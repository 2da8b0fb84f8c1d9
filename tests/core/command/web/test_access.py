"""By which names a server is reached, and what a token may be."""

from __future__ import annotations

import pytest

from compute_cost.command.web.access import LOCAL, Access, checked_token
from compute_cost.errors import InputError


def test_hosts_and_origins_follow_from_the_names() -> None:
    here = Access(LOCAL, 80)
    assert here.hosts == {"localhost:80", "127.0.0.1:80", "[::1]:80"}
    assert here.origins == {"https://localhost:80", "https://127.0.0.1:80", "https://[::1]:80"}
    assert here.address == "https://localhost:80"
    plain = Access(("127.0.0.1",), 8080, scheme="http", outside=("Costs.example.com",))
    assert plain.hosts == {"127.0.0.1:8080", "costs.example.com"}
    assert plain.origins == {"http://127.0.0.1:8080", "http://costs.example.com", "https://costs.example.com"}
    assert plain.address == "http://127.0.0.1:8080"
    assert Access(LOCAL, 80, scheme="http", outside=("costs.example.com",), proxy=True).address == "https://costs.example.com"


def test_the_usual_port_is_left_out_as_browsers_leave_it_out() -> None:
    for scheme, port in (("https", 443), ("http", 80)):
        here = Access(("Costs.internal.example", "::1"), port, scheme=scheme)
        assert here.hosts == {"costs.internal.example", "[::1]"}
        assert here.origins == {f"{scheme}://costs.internal.example", f"{scheme}://[::1]"}
        assert here.address == f"{scheme}://Costs.internal.example"


@pytest.mark.parametrize("token", ["x" * 15, "x" * 201, "x" * 16 + " ", "x" * 16 + "\n", "ü" * 16, ""])
def test_a_token_that_can_not_be_sent_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_token(token)
    assert len(token) < 3 or token not in str(caught.value)


def test_a_token_may_hold_any_plain_character() -> None:
    token = "+".join(["correct", "horse/battery=staple~!"])
    assert checked_token(token) == token
    assert checked_token(None) is None
