"""The ten villages of Bantul in the demonstration federation: five founders of the market of 2020 and five neighbours."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:  # the plan is made without Django
    from tenants.codes import VillageCode


TIME_ZONE = datetime.timezone(datetime.timedelta(hours=7), "WIB")  # Asia/Jakarta; it knows no summer time, so no tzdata is needed


@dataclasses.dataclass(frozen=True)
class Village:
    """One member village with what its market page says. The counters' addresses name no private house."""

    code: VillageCode
    name: str
    slug: str
    kapanewon: str
    bumdes: str
    counter_address: str
    opens: datetime.time
    closes: datetime.time
    closes_sunday: datetime.time
    own_fee_rupiah: int  # brought home inside this village
    other_fee_rupiah: int  # brought home into another member village
    description: str
    founder: bool
    size: int  # weight: how many of the federation's households live here
    hamlets: tuple[str, ...]  # padukuhan
    near: tuple[str, ...]  # slugs of the villages its people buy from most, nearest first

    @property
    def hours(self) -> str:
        """Opening hours in one line, for the shop's page."""
        opens = f"{self.opens:%H.%M}"
        return f"Senin–Sabtu {opens}–{self.closes:%H.%M}, Minggu {opens}–{self.closes_sunday:%H.%M}"


def _village(row: str, hamlets: str, near: str, description: str) -> Village:
    code, name, kapanewon, bumdes, address, opens, closes, sunday, own, other, founder, size = (part.strip() for part in row.split("|"))
    return Village(
        code=cast("VillageCode", code),
        name=name,
        slug=name.lower(),
        kapanewon=kapanewon,
        bumdes=f"BUMDes {bumdes}",
        counter_address=f"Kantor BUMDes {bumdes}, {address}, {name}, {kapanewon}, Bantul",
        opens=datetime.time.fromisoformat(opens),
        closes=datetime.time.fromisoformat(closes),
        closes_sunday=datetime.time.fromisoformat(sunday),
        own_fee_rupiah=int(own),
        other_fee_rupiah=int(other),
        description=description,
        founder=founder == "pendiri",
        size=int(size),
        hamlets=tuple(hamlets.split(", ")),
        near=tuple(near.split()),
    )


VILLAGES: tuple[Village, ...] = (
    _village(
        "34.02.07.2003 | Guwosari | Pajangan | Guwosari Maju Sejahtera | Jl. Guwosari, kompleks kantor kalurahan"
        " | 07:30 | 15:30 | 12:00 | 3000 | 8000 | pendiri | 13",
        "Iroyudan, Kadisono, Kalakijo, Karangber, Kedung, Kembangputihan, Kentolan Kidul, Kentolan Lor, Pringgading, Santan, Watugedug",
        "pendowoharjo tirtonirmolo tamantirto panggungharjo",
        "Desa di perbukitan Pajangan: ingkung, tempe daun, anyaman, dan kerajinan batok kelapa dari Santan.",
    ),
    _village(
        "34.02.10.2002 | Sriharjo | Imogiri | Sriharjo Makmur | Jl. Imogiri–Dlingo, sebelah balai kalurahan"
        " | 07:00 | 15:30 | 12:00 | 3000 | 10000 | pendiri | 12",
        "Dogongan, Jati, Kedungmiri, Ketos, Miri, Mojohuro, Ngrancah, Pelemadu, Pengkol, Sompok, Trukan, Wunut",
        "timbulharjo panggungharjo bangunharjo wirokerten",
        "Sawah dan kebun di tepi Kali Oya: beras, sayur petik pagi, peyek Pelemadu, dan jalan-jalan ke Kedungmiri.",
    ),
    _village(
        "34.02.12.2008 | Wirokerten | Banguntapan | Wirokerten Mandiri | Jl. Wirokerten, utara lapangan kalurahan"
        " | 07:30 | 15:00 | 11:30 | 3000 | 8000 | pendiri | 10",
        "Botokenceng, Glondong, Grojogan, Kepuh Kulon, Kepuh Wetan, Mutihan, Sampangan, Wirokerten",
        "bangunharjo timbulharjo panggungharjo sriharjo",
        "Peternak telur, pembuat roti, dan bank sampah yang rajin, di selatan kota.",
    ),
    _village(
        "34.02.15.2001 | Pendowoharjo | Sewon | Pendowo Makmur | Jl. Bantul km 8, kompleks kantor kalurahan"
        " | 07:30 | 15:30 | 12:00 | 3000 | 8000 | tetangga | 8",
        "Bandung, Cepit, Dagen, Diro, Karanggede, Miri, Monggang, Ngaglik, Pucung",
        "timbulharjo panggungharjo guwosari tirtonirmolo",
        "Emping, jajanan pasar, dan sayur dari sawah di sepanjang Jalan Bantul.",
    ),
    _village(
        "34.02.15.2002 | Timbulharjo | Sewon | Timbul Sejahtera | Jl. Parangtritis km 9, dekat Pasar Seni Gabusan"
        " | 07:30 | 15:30 | 12:00 | 3000 | 8000 | tetangga | 8",
        "Balong, Bibis, Dadapan, Dagan, Dobalan, Gabusan, Kepek, Kowen, Mriyan, Ngasem, Tembi",
        "bangunharjo pendowoharjo panggungharjo sriharjo",
        "Gabusan dan Tembi: perajin, pemusik, dan dapur rumahan yang masakannya dirindukan.",
    ),
    _village(
        "34.02.15.2003 | Bangunharjo | Sewon | Bangun Harja | Jl. Imogiri Barat km 6, barat balai kalurahan"
        " | 07:30 | 15:30 | 11:30 | 3000 | 7000 | tetangga | 9",
        "Druwo, Gatak, Jotawang, Mredo, Ngoto, Randubelang, Salakan, Saman, Semail, Tarudan, Widoro",
        "panggungharjo timbulharjo wirokerten pendowoharjo",
        "Desa padat di selatan Yogyakarta: warung buka pagi, tahu hangat, dan camilan rumahan.",
    ),
    _village(
        "34.02.15.2004 | Panggungharjo | Sewon | Panggung Lestari | Jl. KH Ali Maksum, kompleks kantor kalurahan"
        " | 07:30 | 16:00 | 12:00 | 3000 | 7000 | pendiri | 18",
        "Cabeyan, Dongkelan, Garon, Geneng, Glugo, Janganan, Jaranan, Krapyak Kulon, Krapyak Wetan, Kweni, Ngireng-ireng, Pandes,"
        " Pelemsewu, Sawit",
        "bangunharjo tirtonirmolo pendowoharjo timbulharjo",
        "Tempat pasar bersama ini bermula: gudeg kaleng, dolanan anak dari Pandes, dan dapur Kampoeng Mataraman.",
    ),
    _village(
        "34.02.16.2002 | Tirtonirmolo | Kasihan | Tirto Mulyo | Jl. Madukismo, kompleks kantor kalurahan"
        " | 07:30 | 15:30 | 12:00 | 3000 | 8000 | tetangga | 8",
        "Beton, Glondong, Jogonalan Kidul, Jogonalan Lor, Kalipakis, Keloran, Kersan, Mrisi, Padokan Kidul, Padokan Lor, Plurugan",
        "ngestiharjo panggungharjo tamantirto pendowoharjo",
        "Di sekitar pabrik gula: gula jawa, wedang, kue kering, dan batik tulis.",
    ),
    _village(
        "34.02.16.2003 | Tamantirto | Kasihan | Taman Tirto Jaya | Jl. Tamantirto, timur balai kalurahan"
        " | 07:30 | 15:30 | 12:00 | 3000 | 8000 | tetangga | 6",
        "Brajan, Gatak, Geblagan, Gonjen, Jadan, Jetis, Kasihan, Kembaran, Ngebel, Ngrame",
        "tirtonirmolo ngestiharjo guwosari panggungharjo",
        "Lele, jamur, dan sayur pekarangan, dengan warung yang akrab dengan mahasiswa.",
    ),
    _village(
        "34.02.16.2004 | Ngestiharjo | Kasihan | Ngesti Karya | Jl. Ngestiharjo, selatan kantor kalurahan"
        " | 07:30 | 15:30 | 12:00 | 3000 | 7000 | pendiri | 11",
        "Cungkuk, Janten, Jomegatan, Kadipiro, Onggobayan, Sidorejo, Sonopakis Kidul, Sonopakis Lor, Soragan, Sumberan, Tambak",
        "tirtonirmolo tamantirto panggungharjo bangunharjo",
        "Sentra tahu Janten, sabun sereh, dan kue-kue basah di barat kota.",
    ),
)

BY_CODE: dict[str, Village] = {village.code: village for village in VILLAGES}
BY_SLUG: dict[str, Village] = {village.slug: village for village in VILLAGES}
