"""Saved searches by mail: asked for, confirmed, told of what is new, and ended, against a real mail server."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from gis_service import worker
from gis_service.alerts import MOST_AN_HOUR, MOST_CONFIRMATIONS, MOST_PER_ADDRESS
from gis_service.housekeeping import Housekeeping
from gis_service.mail import rounds
from gis_service.settings import Settings
from tests.api import mail_site
from tests.api.mail_site import HTML, PUBLIC_URL, MailSite, own_path
from tests.conftest import ClientAs

A_PLOT = "(SELECT min(id) FROM gis.plots WHERE status = 'available')"


@pytest.fixture(scope="module")
def site(demo_database: Settings) -> Iterator[MailSite]:
    with mail_site.running(demo_database, mail_notices_to="office@example.vn") as running:
        yield running


@pytest.fixture(autouse=True)
def well_behaved(site: MailSite) -> Iterator[None]:
    """Each test begins with a server that takes everything and an empty outbox."""
    yield
    site.server.answers.clear()
    site.server.hang_up = site.server.silent = ""
    site.run("DELETE FROM gis.mails")
    site.run("DELETE FROM gis.alert_subscriptions")


def a_plot(site: MailSite, status: str = "available", offset: int = 0) -> int:
    found = site.run(
        "SELECT p.id FROM gis.plots p JOIN gis.zones z ON z.id = p.zone_id WHERE p.status = :s AND p.published"
        " AND z.published ORDER BY p.id OFFSET :o LIMIT 1", s=status, o=offset,
    )  # fmt: skip
    return int(found.scalar_one())


def change(site: MailSite, plot: int, what: str) -> None:
    site.run(f"UPDATE gis.plots SET {what} WHERE id = :id", id=plot)


def held(site: MailSite, email: str) -> int:
    """Everywhere in the database where an address may stand."""
    return int(
        site.run(
            "SELECT (SELECT count(*) FROM gis.alert_subscriptions WHERE email = :e)"
            " + (SELECT count(*) FROM gis.mails WHERE recipient = :e)"
            " + (SELECT count(*) FROM gis.audit_log WHERE to_jsonb(audit_log)::text LIKE '%' || :e || '%')", e=email,
        ).scalar_one()
    )  # fmt: skip


def test_the_whole_way_in_english(site: MailSite) -> None:
    listed = site.client.get("/plots?lang=en&area_min=1000", headers=HTML).text
    assert 'href="/alerts/new?area_min=1000"' in listed
    form = site.client.get("/alerts/new?area_min=1000&lang=en", headers=HTML).text
    assert "≥ 1,000 m²" in form
    answer = site.save("sato@example.jp", "area_min=1000", language="en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts/asked")
    assert site.deliver() == {"sent": 1}
    asked = site.server.to("sato@example.jp")[0]
    assert asked.message["Subject"] == "Confirm alerts about plots"
    assert "≥ 1,000 m²" in asked.body("plain")
    path = own_path(asked)

    plot = a_plot(site)
    change(site, plot, "price_usd_m2_term = 50")
    site.look()
    assert site.deliver() == {}, "nothing before it is confirmed"
    looked = site.client.get(f"{path}?lang=en", headers=HTML)
    assert "Confirm the alert" in looked.text
    assert looked.headers["referrer-policy"] == "no-referrer"
    assert site.run("SELECT count(*) FROM gis.alert_subscriptions WHERE confirmed_at IS NOT NULL").scalar_one() == 0
    assert "Confirmed." in site.client.post(f"{path}/confirm?lang=en", headers=HTML).text
    assert site.look() == 0, "what fits already is not told"

    change(site, plot, "price_usd_m2_term = 75.5")
    assert site.look() == 1
    assert site.deliver() == {"sent": 1}
    told = site.alerts("sato@example.jp")[0]
    assert told.message["Subject"] == "News in your search (1)"
    for body in (told.body("plain"), told.body("html")):
        assert "50 → 75.5 USD/m²" in body
        assert f"{PUBLIC_URL}/plots/" in body
    assert told.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told.message["Auto-Submitted"] == "auto-generated"
    assert (site.look(), site.deliver()) == (0, {}), "once"

    one_click = re.search(rf"^List-Unsubscribe: <{PUBLIC_URL}(/alerts/of/[\w-]+/stop)>\r$", told.raw.decode(), re.M)
    assert one_click
    assert own_path(told) != path, "each mail has a link of its own"
    stopped = site.client.post(one_click[1], data={"List-Unsubscribe": "One-Click"})
    assert stopped.status_code == 200
    assert held(site, "sato@example.jp") == 0, "no trace of the address"
    assert site.client.post(one_click[1]).status_code == 200, "twice is no fault"
    assert site.client.get(path, headers=HTML).status_code == 404
    change(site, plot, "price_usd_m2_term = 80")
    assert site.look() == 0


@pytest.mark.parametrize(
    ("lang", "tag", "asked", "told", "status", "receipt"),
    [
        ("ja", "ja", "区画の通知の確認", "保存した検索の新着", "予約済み", "お問い合わせ DT-"),
        ("ko", "ko", "필지 알림 확인", "저장한 검색의 새 소식", "예약됨", "문의 DT-"),
        ("zh", "zh-Hans", "请确认地块提醒", "您的搜索有新消息", "已预留", "您的咨询 DT-"),
    ],
)
def test_letters_and_enquiries_keep_the_language_of_their_page(
    site: MailSite, client_as: ClientAs, lang: str, tag: str, asked: str, told: str, status: str, receipt: str
) -> None:
    email = f"{lang}@example.com"
    assert (
        f'<option value="{lang}" lang="{tag}" selected>'
        in site.client.get(f"/alerts/new?lang={lang}", headers=HTML).text
    )
    path = site.begin(email, "area_min=1000", language=lang)
    change(site, a_plot(site), "status = 'reserved'")
    site.look()
    site.client.post(
        f"/enquire?lang={lang}", headers=HTML, data={"name": "A", "email": email, "message": "?", "consent": "yes"}
    )
    site.deliver()
    confirm, alert, answer = site.server.to(email)
    subjects = [str(one.message["Subject"]) for one in (confirm, alert, answer)]
    assert [one.startswith(word) for one, word in zip(subjects, (asked, told, receipt), strict=True)] == [True] * 3
    assert status in alert.body("plain")
    assert {one.message["Content-Language"] for one in (confirm, alert, answer)} == {tag}
    assert all(f'<html lang="{tag}">' in one.body("html") for one in (confirm, alert, answer))
    assert f'<html lang="{tag}">' in site.client.get(f"{path}?lang={lang}", headers=HTML).text
    inbox = client_as("planner").get("/desk/enquiries?lang=en", headers=HTML).text
    written = {"ja": "Japanese", "ko": "Korean", "zh": "Chinese"}[lang]
    assert f"Written on the page in {written}" in inbox


def test_new_changed_and_gone_are_told_in_vietnamese(site: MailSite) -> None:
    free, promised = a_plot(site), a_plot(site, "leased")
    site.begin("an@example.vn")
    change(site, free, "status = 'reserved'")
    change(site, promised, "status = 'available'")
    site.look()
    site.deliver()
    told = site.alerts("an@example.vn")[0]
    assert told.message["Subject"] == "Tin mới trong tìm kiếm của bạn (2)"
    words = told.body("plain")
    assert words.index("Mới phù hợp") < words.index("Không còn phù hợp")
    assert "Còn trống → " in words
    change(site, free, "status = 'available'")
    site.look()
    site.deliver()
    assert "Mới phù hợp" in site.alerts("an@example.vn")[1].body("plain"), "it is free again"
    change(site, promised, "status = 'leased'")


def test_what_is_private_or_of_no_interest_is_not_told(site: MailSite) -> None:
    plot = a_plot(site)
    site.begin("quiet@example.vn")
    change(site, plot, "internal_note = 'secret', lowest_price_usd_m2_term = 5")
    assert site.look() == 0
    change(site, plot, "published = false, price_usd_m2_term = 1234")
    assert site.look() == 0, "the public cannot see it"
    change(site, plot, "published = true")
    assert site.look() == 1, "and now can see the price"
    site.deliver()
    assert "1.234 USD/m²" in site.alerts("quiet@example.vn")[0].body("plain")


def test_a_daily_owner_gets_one_mail_a_day_after_seven(site: MailSite) -> None:
    plot = a_plot(site)
    site.begin("daily@example.vn", frequency="daily")
    noon = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).replace(hour=12)
    change(site, plot, "price_usd_m2_term = 61")
    assert site.look(noon.replace(hour=6)) == 0
    assert site.look(noon) == 1
    change(site, plot, "price_usd_m2_term = 62")
    assert site.look(noon) == 0, "the day has had its mail"
    site.run("UPDATE gis.mails SET created_at = created_at - interval '1 day'")
    assert site.look(noon) == 1
    site.deliver()
    told = [one.body("plain") for one in site.alerts("daily@example.vn")]
    assert len(told) == 2
    assert "61 → 62 USD/m²" in told[1]


def test_a_refusal_for_now_is_tried_again_and_nothing_is_sent_twice(site: MailSite) -> None:
    site.save("later@example.vn")
    site.server.answers["RCPT"] = "451 greylisted"
    assert site.deliver() == {"queued": 1}
    assert site.deliver() == {}, "not before its time"
    wait = site.run("SELECT next_try_at - now(), attempts, last_answer FROM gis.mails").one()
    assert timedelta(seconds=50) < wait[0] <= timedelta(seconds=60)
    assert (wait.attempts, wait.last_answer) == (1, "451")
    site.server.answers.clear()
    site.run("UPDATE gis.mails SET next_try_at = now()")
    assert site.deliver() == {"sent": 1}
    assert site.deliver() == {}
    assert len(site.server.to("later@example.vn")) == 1
    assert site.run("SELECT facts FROM gis.mails").scalar_one() == {}, "its words are forgotten at once"


def test_a_mail_is_given_up_in_the_end(site: MailSite) -> None:
    site.save("never@example.vn")
    site.server.answers["MAIL"] = "421 go away"
    states = []
    for _ in range(7):
        site.run("UPDATE gis.mails SET next_try_at = now()")
        states += site.deliver()
    assert states == ["queued"] * 6 + ["refused"]


def test_a_line_that_dies_after_the_last_byte_is_not_tried_again(site: MailSite) -> None:
    site.save("unclear@example.vn")
    site.server.hang_up = "."
    assert site.deliver() == {"unclear": 1}
    site.server.hang_up = ""
    site.run("UPDATE gis.mails SET next_try_at = now()")
    assert site.deliver() == {}
    assert len(site.server.to("unclear@example.vn")) == 1, "the server had it"


def test_a_sender_that_dies_leaves_a_mail_that_is_not_sent_again(site: MailSite) -> None:
    site.save("killed@example.vn")
    site.run("UPDATE gis.mails SET state = 'sending', changed_at = now() - interval '16 minutes'")
    assert Housekeeping(site.database).round()["mails_unclear"] == 1
    assert site.deliver() == {}


def test_many_workers_send_each_mail_once(site: MailSite) -> None:
    site.run(
        "INSERT INTO gis.mails (key, message_id, kind, recipient, language, facts)"
        " SELECT 'k' || n, 'm' || n, 'receipt', 'box@example.vn', 'vi',"
        " jsonb_build_object('receipt', 'DT-' || n, 'subject', '') FROM generate_series(1, 30) n"
    )  # fmt: skip
    before = len(site.server.to("box@example.vn"))
    senders = [threading.Thread(target=rounds.send_due, args=(site.database,)) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    arrived = [one.message["Message-ID"] for one in site.server.to("box@example.vn")[before:]]
    assert len(arrived) == len(set(arrived)) == 30


def test_the_worker_sends_what_a_request_queued(site: MailSite) -> None:
    site.save("worker@example.vn")
    asyncio.run(worker.work(site.database, until_idle=True))
    assert len(site.server.to("worker@example.vn")) == 1
    left = site.run("SELECT count(*) FROM queue.procrastinate_jobs WHERE queue_name = 'mail'").scalar_one()
    assert left == 0, "rounds leave no jobs behind"


def test_two_rounds_at_once_tell_once(site: MailSite) -> None:
    site.begin("twice@example.vn")
    change(site, a_plot(site), "price_usd_m2_term = 91")
    rivals = [threading.Thread(target=rounds.Watch(site.database).round) for _ in range(4)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    site.deliver()
    assert len(site.alerts("twice@example.vn")) == 1


def test_nobody_can_fill_a_strangers_mailbox_or_learn_who_has_alerts(site: MailSite) -> None:
    answers = [
        site.save("victim@example.vn", f"area_min={size}") for size in range(1000, 1000 + MOST_CONFIRMATIONS + 3)
    ]
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, "/alerts/asked")}
    site.deliver()
    assert len(site.server.to("victim@example.vn")) == MOST_CONFIRMATIONS
    site.run("UPDATE gis.mails SET created_at = created_at - interval '2 days'")
    for size in range(2000, 2000 + MOST_PER_ADDRESS):
        site.save("Victim@example.vn", f"area_min={size}")
        site.run("UPDATE gis.mails SET created_at = created_at - interval '2 days'")
    count = site.run(
        "SELECT count(*) FROM gis.alert_subscriptions WHERE lower(email) = 'victim@example.vn'"
    ).scalar_one()
    assert count == MOST_PER_ADDRESS


def test_one_network_saves_so_many_searches_an_hour(site: MailSite) -> None:
    stranger = TestClient(
        site.client.app, base_url="http://localhost", client=("203.0.113.9", 1), follow_redirects=False
    )
    form = {"email": "x@example.vn", "consent": "yes"}
    statuses = [stranger.post("/alerts", data=form, headers=HTML).status_code for _ in range(12)]
    assert statuses == [303] * 10 + [429] * 2


def test_the_service_is_no_tool_for_sending_mail(site: MailSite) -> None:
    site.run(
        "INSERT INTO gis.alert_subscriptions (email, search, frequency, language, expires_at)"
        " VALUES ('x@example.vn', '', 'daily', 'vi', now() + interval '1 day')"
    )
    site.run(
        "INSERT INTO gis.mails (key, message_id, kind, subscription_id, recipient, language, state)"
        " SELECT 'k' || n, 'm', 'confirm', (SELECT id FROM gis.alert_subscriptions), n || '@example.vn', 'vi', 'sent'"
        " FROM generate_series(1, CAST(:most AS integer)) n", most=MOST_AN_HOUR,
    )  # fmt: skip
    refused = site.save("flood@example.vn")
    assert refused.status_code == 429
    assert "thử lại sau" in refused.text
    site.run("UPDATE gis.mails SET created_at = now() - interval '61 minutes'")
    assert site.save("flood@example.vn").status_code == 303


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"email": "no"}, "không đúng dạng"), ({"email": "tên@example.vn"}, "không đúng dạng"),
        ({"email": "a@b.vn\r\nBcc: c@d.vn"}, "không đúng dạng"), ({"consent": ""}, "đồng ý"),
        ({"frequency": "hourly"}, "cách gửi"), ({"language": "xx"}, "ngôn ngữ"),
        ({"website": "http://spam"}, "máy gửi"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(site: MailSite, changed: dict[str, str], word: str) -> None:
    answer = site.save(changed.pop("email", "typed@example.vn"), "area_min=4321", **changed)
    assert answer.status_code == 422
    assert word in answer.text
    assert 'name="search" value="area_min=4321"' in answer.text
    assert site.deliver() == {}


def test_a_search_that_is_too_broad_is_not_watched(site: MailSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_service.routes.alerts.MOST_WATCHED", 3)
    answer = site.save("broad@example.vn")
    assert answer.status_code == 422
    assert "hơn 3 lô" in answer.text


def test_a_search_keeps_only_what_the_filter_knows(site: MailSite) -> None:
    page = site.client.get("/alerts/new?area_min=9&lang=vi&after=x&evil=%3Cscript%3E&zone=%3Cb%3E", headers=HTML).text
    assert 'name="search" value="area_min=9"' in page


def test_searches_end_by_themselves_and_links_with_them(site: MailSite) -> None:
    path = site.begin("ends@example.vn")
    assert "365" in site.client.get(f"{path}?lang=vi", headers=HTML).text
    site.run("UPDATE gis.alert_subscriptions SET expires_at = now() + interval '1 day'")
    site.client.post(f"{path}/confirm", headers=HTML)
    left = site.run("SELECT expires_at - now() FROM gis.alert_subscriptions").scalar_one()
    assert left > timedelta(days=364), "renewed"
    site.run("UPDATE gis.alert_subscriptions SET expires_at = now() - interval '1 second'")
    assert site.client.get(path, headers=HTML).status_code == 404
    assert Housekeeping(site.database).round()["alerts_forgotten"] == 1
    assert held(site, "ends@example.vn") == 0


def test_asking_again_begins_anew_where_nothing_was_confirmed_and_changes_nothing_else(site: MailSite) -> None:
    site.save("again@example.vn", frequency="daily")
    site.run("UPDATE gis.alert_subscriptions SET expires_at = now() + interval '1 minute'")
    site.save("again@example.vn", frequency="immediate", language="en")
    row = "SELECT frequency, language, expires_at > now() + interval '1 day' AS later FROM gis.alert_subscriptions"
    assert tuple(site.run(row).one()) == ("immediate", "en", True)
    site.deliver()
    site.client.post(f"{own_path(site.server.to('again@example.vn')[-1])}/confirm")
    site.save("again@example.vn", frequency="daily", language="vi")
    assert site.run(row).one()[:2] == ("immediate", "en"), "nobody changes the alert of another"
    site.run("UPDATE gis.alert_subscriptions SET expires_at = now() - interval '1 day'")
    site.run("UPDATE gis.mails SET created_at = created_at - interval '2 days'")
    site.save("again@example.vn", frequency="daily", language="vi")
    assert site.run("SELECT confirmed_at FROM gis.alert_subscriptions").scalars().all() == [None]


def test_links_are_kept_as_hashes(site: MailSite) -> None:
    path = site.begin("hash@example.vn")
    token = path.rpartition("/")[2]
    for table in ("alert_links", "alert_subscriptions", "mails", "audit_log"):
        rows = site.run(f"SELECT count(*) FROM gis.{table} t WHERE to_jsonb(t)::text LIKE '%' || :t || '%'", t=token)
        assert rows.scalar_one() == 0, table


def test_an_enquiry_sends_a_receipt_and_a_notice_that_says_nothing_about_persons(site: MailSite) -> None:
    form = {"name": "Tanaka", "email": "tanaka@example.jp", "message": "Private question 4711", "consent": "yes"}
    sent = site.client.post("/enquire?lang=en", data=form, headers=HTML, follow_redirects=False)
    receipt = sent.headers["location"].rpartition("/")[2]
    assert site.deliver() == {"sent": 2}
    mine, theirs = site.server.to("tanaka@example.jp")[-1], site.server.to("office@example.vn")[-1]
    assert mine.message["Subject"] == f"Your enquiry {receipt}"
    assert f"{PUBLIC_URL}/enquiries/{receipt}" in mine.body("plain")
    assert "List-Unsubscribe" not in mine.message
    assert theirs.message["Subject"] == f"Yêu cầu mới {receipt}"
    assert f"{PUBLIC_URL}/desk/enquiries" in theirs.body("plain")
    for word in ("Tanaka", "tanaka@", "4711"):
        assert word not in theirs.raw.decode()
        assert word not in theirs.body("plain")


def test_without_a_mail_server_the_page_says_so_and_enquiries_work(client: TestClient) -> None:
    page = client.get("/alerts/new?lang=en", headers=HTML)
    assert "not set up" in page.text
    assert 'name="email"' not in page.text
    form = {"email": "a@example.vn", "consent": "yes"}
    assert client.post("/alerts", data=form, headers=HTML).status_code == 409
    form = {"name": "A", "email": "a@example.vn", "message": "?", "consent": "yes"}
    assert client.post("/enquire", data=form, headers=HTML, follow_redirects=False).status_code == 303
