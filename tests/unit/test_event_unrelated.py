"""Numbers without a noun: which of them surely count no stores, and which may."""

from __future__ import annotations

import pytest

from pipelines import topics
from pipelines.events.heads import find_heads
from pipelines.events.reading import read
from pipelines.events.unrelated import not_stores
from storewatch.types import Document

# language | sentence | number | why it counts no stores; "kept" where it may
SENTENCES = """
it | Sabato alle 10 si entra nel nuovo Samsung di Torino. | 10 | hour
it | Si parte dalle ore 9 con la musica in piazza. | 9 | hour
es | El sábado a las 10 se levanta la persiana en Bilbao. | 10 | hour
es | Se forman colas desde las 7 delante de la puerta. | 7 | hour
pt | A festa começa às 9 em Recife. | 9 | hour
de | Am Samstag geht es um 10 los. | 10 | hour
de | Punkt 9 standen die Ersten vor der Tür. | 9 | hour
da | Dørene går op kl. 10 i Aarhus. | 10 | hour
no | Dørene åpner klokken 10 i Bergen. | 10 | hour
fi | Ovet aukeavat kello 9 Tampereella. | 9 | hour
nl | Zaterdag gaat het hek om 10 omhoog. | 10 | hour
cs | Brána se zvedne v 10 dopoledne. | 10 | hour
tr | Kapılar saat 11 gibi açılacak. | 11 | hour
id | Pintu dibuka pukul 10 pagi di Bandung. | 10 | hour
vi | Cửa mở lúc 9 sáng thứ bảy. | 9 | hour
it | Le vetrine di via del Corso 184 sono coperte. | 184 | house
it | In piazza San Carlo 12 i lavori sono finiti. | 12 | house
it | Il cantiere di corso Buenos Aires 36 è recintato. | 36 | house
es | Los obreros trabajan en calle Gran Capitán 15 desde marzo. | 15 | house
es | El local de paseo de la Castellana 95 está listo. | 95 | house
pt | O tapume da rua Oscar Freire 702 tem o logotipo. | 702 | house
fr | Le chantier de la rue Sainte Catherine 44 avance. | 44 | house
de | In der Kärntner Straße 11 hängt schon das Logo. | 11 | house
de | Am Neumarkt in der Schildergasse 72 wird gebaut. | 72 | house
de | Die Adresse ist Petersplatz 4 in Wien. | 4 | house
nl | Het pand aan de Kalverstraat 201 krijgt een nieuwe gevel. | 201 | house
sv | Skylten hänger på Drottninggatan 53 i dag. | 53 | house
da | Skiltet hænger på Købmagergade 40 i dag. | 40 | house
tr | Tabela Bağdat caddesi 310 önünde asılı. | 310 | house
vi | Ngày 25/7 hãng mở cửa ở Đà Nẵng. | 25 | day
en | Four hundred are due in the coming fiscal year (2015-16). | 16 | day
de | Unter der Hausnummer 32 hängt ein neues Schild. | 32 | house
pt | O Rio recebeu a marca na segunda-feira (26) com festa. | 26 | day
es | La marca llegó el lunes (14) con música. | 14 | day
ja | サムスンは月曜日（12）に発表した。 | 12 | day
de | Xiamen folgt am 14., Nanjing danach. | 14 | day
en | Phones reach Britain with Three as the first partner. | 3 | name
en | In London the carrier Three sells them first. | 3 | name
de | Rund 5000 Stellen fallen weg, 1500 davon in Japan. | 1500 | goes on
de | Rund 5000 Stellen fallen weg, 1500 davon in Japan und 3500 anderswo. | 3500 | goes on
en | Some 9,000 jobs go, 2,500 of them in Europe. | 2500 | goes on
en | The firm wants 10 billion dollars from the region instead of 2. | 2 | goes on
en | It employs 1,200 people, 300 more than before. | 300 | goes on
fr | Le groupe compte 4 000 salariés, dont 700 au Maroc. | 700 | goes on
es | Da trabajo a 3.000 personas, 400 de ellas en Chile. | 400 | goes on
pt | Emprega 2.000 pessoas, 350 delas no Norte. | 350 | goes on
it | Lavorano lì 1.800 persone, 250 delle quali a Bari. | 250 | goes on
en | Now there are 17, and the promise of 100 holds. | 17 | kept
en | Now there are 17, and the promise of 100 holds. | 100 | kept
en | In London there were three in the spring. | 3 | kept
en | Of 500 only 401 are trading. | 401 | kept
en | Nearly 600 cities in 28 states are covered; by May there should be 5000. | 5000 | kept
de | Von 31 bleiben nur elf übrig. | 11 | kept
de | Inzwischen sind es 34, und bald werden es 40. | 34 | kept
fr | Il y en a déjà 60 au Maroc. | 60 | kept
es | Ya son 45 en todo el país. | 45 | kept
pt | Hoje já são 120 no Brasil. | 120 | kept
it | Oggi sono 17 in tutta Italia. | 17 | kept
pl | Dziś jest ich 26 w całym kraju. | 26 | kept
cs | Dnes jich po světě stojí 530 a přibývají další. | 530 | kept
ru | Сейчас их уже 270 по всей стране. | 270 | kept
sv | I dag finns det 22 i Norden. | 22 | kept
tr | Bugün ülkede 55 tane var. | 55 | kept
id | Kini sudah ada 75 di Jawa. | 75 | kept
en | Samsung had nine (eight of them in malls). | 8 | kept
""".strip().splitlines()


@pytest.fixture(scope="module")
def topic() -> topics.Topic:
    return topics.load()


@pytest.mark.parametrize("line", SENTENCES, ids=[f"{n}-{line[:2]}" for n, line in enumerate(SENTENCES)])
def test_numbers_that_surely_count_no_stores(line: str, topic: topics.Topic) -> None:
    lang, text, number, why = line.split(" | ")
    reading = read(Document(title="", text=text, lang=lang), topic)
    said = [
        not_stores(count, sentence, find_heads(sentence, reading), reading)
        for sentence in reading.sentences
        for count in sentence.counts
        if count.value == int(number) and count.unit is None
    ]
    assert any(said) == (why != "kept"), (said, [s.counts for s in reading.sentences])


def test_a_number_beside_a_store_goes_on_about_nothing(topic: topics.Topic) -> None:
    reading = read(Document(title="", text="It has 300 staff and its shops number 40.", lang="en"), topic)
    sentence = reading.sentences[0]
    forty = next(c for c in sentence.counts if c.value == 40)
    assert not not_stores(forty, sentence, find_heads(sentence, reading), reading)


def test_a_day_that_has_lost_its_marks_counts_no_stores(topic: topics.Topic) -> None:
    reading = read(Document(title="", text="到2020613广州正佳广场店开业，OPPO门店超2000家。", lang="zh"), topic)
    heads = [head for sentence in reading.sentences for head in find_heads(sentence, reading)]
    assert [int(head.count.value) for head in heads if head.count] == [2000]
