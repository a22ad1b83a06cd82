"""Ad tokens and ad labels: what goes, what stays, and where it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clean import clean, remove_ad_tokens

BEFORE = "Die Kette eröffnet im Mai ihren dritten Laden in Graz."
AFTER = "Ein Sprecher bestätigte die Pläne am Montag."

TOKENS = [
    "{eblogads}",
    "{ EBLOGADS }",
    "{eblogads left}",
    "{loadposition user4}",
    "{loadposition banner2,rounded}",
    "{loadmodule mod_banners,Banner oben}",
    "{/loadposition}",
    "{module 88}",
    "{module Banner Mitte}",
    '{module title="Werbung 728x90"}',
    "{modulepos content-ad}",
    '[adrotate banner="7"]',
    "[adrotate banner='7']",
    "[adrotate banner=“7”]",
    "[adrotate banner=„7“]",
    "[adrotate banner=&quot;7&quot;]",
    '[ adrotate group="2" ]',
    '[ADROTATE GROUP="2"]',
    '[the_ad id="901"]',
    "[the_ad_placement id=artikel-mitte]",
    "[adinserter block=3]",
    "[ADINSERTER ROTATE]",
    '[quads id="RndAds"]',
    "[wp_ad_camp_4]",
    "[bsa_pro_ad_space id=12]",
    "[adsanity id=9 align=alignright /]",
    "[dfp_ads id=17]",
    "[AdSense-B]",
    "[ad_2]",
    "[my-ad-slot id=3]",
    '[sidebar_banner size="300x250"]',
    "[insertAdUnit name=top]",
    "[sponsored_links]",
    "[/ad-box]",
    "<!--adsense-->",
    "<!-- Ads4 -->",
    "<!–RndAds–>",
    "{{< adsense >}}",
    "{{< in-article-ad slot=4 >}}",
    "{{% ad-banner %}}",
    "{% include ads/top.html %}",
    "{% include 'adsense_end.html' %}",
    "{{insert_module::12}}",
    "{{banner::3}}",
    '{{promo="/site-banners/autumn"}}',
    "%%CACHEBUSTER%%",
    "%%VIEW_URL_UNESC%%",
    "${CLICK_URL_ENC}",
    "(adsbygoogle = window.adsbygoogle || []).push({});",
    "googletag.cmd.push(function() { googletag.display('div-gpt-ad-1-0'); });",
    'google_ad_client = "ca-pub-1234";',
]


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("place", ["alone", "end", "start", "between", "glued"])
def test_tokens_go_wherever_they_stand(token: str, place: str) -> None:
    text = {
        "alone": f"{BEFORE}\n{token}\n{AFTER}",
        "end": f"{BEFORE} {token}\n{AFTER}",
        "start": f"{BEFORE}\n{token} {AFTER}",
        "between": f"{BEFORE} {token} {AFTER}",
        "glued": f"{BEFORE}{token}{AFTER}",
    }[place]
    cleaned, removed = remove_ad_tokens(text)
    assert cleaned == (f"{BEFORE} {AFTER}" if place in ("between", "glued") else f"{BEFORE}\n{AFTER}")
    assert [r.rule for r in removed] == ["ad_token"]
    assert removed[0].text == token
    assert clean(text)[0] == cleaned


KEPT = [
    'Er nannte es einen "Standart [sic] für alle".',
    "Der Umsatz stieg [3], die Zahl der Läden auch [4][5].",
    '"We sold [phones and ads] to everyone," she said.',
    "He will run [ads] next year.",
    "Der Chef nannte die [Anzeige] einen Irrtum.",
    "[Update, 14:30] Der Text wurde ergänzt.",
    "[Aus dem Englischen]",
    "[ADDRESS]",
    "[admin_menu]",
    "[gallery ids=1,2,3]",
    '[caption id="attachment_1"]',
    "[download]",
    "[shadow box]",
    "[roadmap-2024]",
    "[Mehr anzeigen]",
    "[1]",
    "[a, d]",
    "[ad, bd, cd] are the pairs.",
    "The set {a, b, ad} is finite.",
    "Use {0} and {1} in the template.",
    "{{ user.name }}",
    '{"ad": {"id": 4}, "slot": "top"}',
    "{% include header.html %}",
    "{% include roadmap.html %}",
    "{{< youtube abc >}}",
    "{{< readfile upload.txt >}}",
    "The class {Advertisement} has three fields.",
    "\\frac{ad}{bc} is a fraction.",
    "/pages/{page_name}/{ad_id}",
    "100 %% sind alles.",
    "%d Läden, %s Städte",
    "%%NAME%%",
    "${HOME}/ads",
    "<!-- Kommentar -->",
    "C:\\ads\\{banner}.png",
    "ads = load(ad_slot)",
    "Mit [the_ad id=4] in einem Beitrag setzt das Plugin die Anzeige.",
    "Put {loadposition banner} anywhere in the article and the module shows up.",
    "Write [adrotate group=1], save, and reload the page.",
    "Das Kürzel heißt [adsense] und steht im Handbuch.",
    "Le shortcode [adinserter block=2] affiche la publicité.",
    "Use the include {% include adsense.html %} in your layout.",
    "The macro %%CACHEBUSTER%% is replaced with a number, the code needs it.",
    "プラグインの[adsense]タグを使います。",
]


@pytest.mark.parametrize("line", KEPT)
def test_brackets_and_explained_tokens_stay(line: str) -> None:
    text = f"{BEFORE}\n{line}\n{AFTER}"
    assert remove_ad_tokens(text) == (text, ())


KEPT_LINES = [
    line
    for line in (Path(__file__).parents[1] / "data" / "kept_lines.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]


@pytest.mark.parametrize("line", KEPT_LINES)
def test_lines_that_only_look_like_tokens_and_labels_stay(line: str) -> None:
    text = f"{BEFORE}\n{line}\n{AFTER}"
    assert clean(text) == (text, ())
    assert remove_ad_tokens(text) == (text, ())


def test_an_announced_example_stays_and_a_leftover_below_prose_goes() -> None:
    tutorial = "Insert this shortcode into the post:\n[adrotate group=1]\nThen save."
    assert remove_ad_tokens(tutorial) == (tutorial, ())
    assert remove_ad_tokens(f"{BEFORE}\n[adrotate group=1]\n{AFTER}")[0] == f"{BEFORE}\n{AFTER}"


def test_tokens_that_the_page_shows_as_code_stay() -> None:
    text = f"{BEFORE}\n[adrotate group=1]\n{AFTER}"
    assert remove_ad_tokens(text, keep=["[adrotate group=1]"]) == (text, ())


def test_several_tokens_in_a_line_are_recorded_where_they_stood() -> None:
    cleaned, removed = remove_ad_tokens(f"[ad_1] {BEFORE} [quads id=1] {AFTER} {{eblogads}}")
    assert cleaned == f"{BEFORE} {AFTER}"
    assert [r.text for r in removed] == ["[ad_1]", "[quads id=1]", "{eblogads}"]
    assert [r.position for r in removed] == [0, len(BEFORE), len(cleaned)]


def test_an_unclosed_token_goes_up_to_its_quote() -> None:
    assert remove_ad_tokens(f'{BEFORE} [adrotate group="11 " {AFTER}')[0] == f"{BEFORE} {AFTER}"


def test_a_token_between_two_words_leaves_a_space_but_none_between_characters_of_east_asia() -> None:
    assert remove_ad_tokens("Zwei Filialen{eblogads}Drei Länder")[0] == "Zwei Filialen Drei Länder"
    assert remove_ad_tokens("计划开店。{eblogads}负责人说")[0] == "计划开店。负责人说"


LABELS = [
    "Anzeige", "ANZEIGE", "- Anzeige -", "[Werbung]", "(Werbung)", "Werbung:", "— Advertisement —", "ADVERTISEMENT",
    "Advertisement Advertisement", "[SPONSORED]", "AD", "[Ad]", "Publicité", "PUBLICIDAD", "Publicidade", "Pubblicità",
    "Reklama", "Реклама", "На правах рекламы", "Διαφήμιση", "Advertentie", "Annons", "Mainos", "Hirdetés", "Iklan",
    "Quảng cáo", "โฆษณา", "विज्ञापन", "广告", "廣告", "広告", "スポンサーリンク", "광고", "إعلان", "آگهی", "פרסומת",
    "Advertisement 2Story continues below", "Story continues below advertisement",
    "Article continues after advertisement",
    "ADVERTISEMENT - CONTINUE READING BELOW", "Scroll to continue", "Weiter nach der Werbung", "Skip advertisement",
    "La suite après cette publicité", "Continúa después de la publicidad", "Continua após a publicidade",
    "Продолжение после рекламы", "|rotate|",
]  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_labels_of_ad_slots_go(label: str) -> None:
    cleaned, removed = remove_ad_tokens(f"{BEFORE}\n{label}\n{AFTER}")
    assert cleaned == f"{BEFORE}\n{AFTER}"
    assert removed[0].text == label
    assert removed[0].position == len(BEFORE) + 1


@pytest.mark.parametrize(
    "line",
    [
        "Die Anzeige wurde bei der Polizei erstattet.",
        "Werbung wirkt: die Firma gibt mehr dafür aus.",
        "Advertisement revenue rose by a tenth.",
        "Ad",
        "Pub",
        "The advertisement showed a phone",
        "Anzeige mit 120 Hertz",
        "广告收入增长",
        "Реклама подорожала на треть.",
        "The story continues below the surface of the lake.",
    ],
)
def test_sentences_with_the_words_of_labels_stay(line: str) -> None:
    text = f"{BEFORE}\n{line}\n{AFTER}"
    assert clean(text) == (text, ())


def test_the_first_article_loses_its_token() -> None:
    text = "Xiaomi plant in drei Jahren 2.000 Läden.\n{eblogads}\nDie Hälfte davon soll außerhalb Chinas stehen."
    cleaned, removed = clean(text)
    assert cleaned == "Xiaomi plant in drei Jahren 2.000 Läden.\nDie Hälfte davon soll außerhalb Chinas stehen."
    assert [(r.rule, r.text, r.position) for r in removed] == [("ad_token", "{eblogads}", 41)]


@given(st.text(alphabet=st.sampled_from(list("ab {}[]<>!-%=\"'“”\n.:|adsens_1")), max_size=120))
def test_cleaning_never_fails_and_says_where(text: str) -> None:
    cleaned, removed = clean(text)
    assert all(0 <= r.position <= len(cleaned) and r.text for r in removed if r.text)
    if not removed:
        assert cleaned == text


@given(st.text(max_size=200))
def test_any_text_can_be_cleaned(text: str) -> None:
    cleaned, removed = clean(text)
    assert len(cleaned) <= len(text) + len(removed)
