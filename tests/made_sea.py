"""A made-up world with a sea: travellers cross a desert and a coast whose guard stops boats.

desert → inland → quay (station) → open-sea → isle
  ↑ pit ↗       └→ cove ──────────↗
"""

from __future__ import annotations

from pathlib import Path

from helpers import Small

TABLES = {
    "zones.csv": """zone,jurisdiction,harm,at_sea,colour,name_en,name_es
sands,,,false,#112233,Sands,Arenas
plain,inlanders,,false,#223344,Plain,Llano
shore,guard,,false,#334455,Shore,Costa
waves,guard,,true,#445566,Waves,Olas
ahead,,,false,#556677,Ahead,Adelante
""",
    "jurisdictions.csv": """jurisdiction,detains,takes_back,settles,name_en,name_es
inlanders,true,false,true,Inlanders,Gente del llano
guard,true,false,true,the guard,la guardia
""",
    "nationalities.csv": """nationality,native_of,name_en,name_es
travellers,,Travellers,Viajeras
coasters,guard,Coasters,Costeras
""",
    "households.csv": "household,families,name_en,name_es\nalone,false,alone,sin familia\n",
    "modes.csv": """mode,on_foot,by_road,colour,width,dash,gap,name_en,name_es
truck,false,true,#8a8f98,0.9,,,By truck,En camión
boat,false,false,#1f78b4,1.8,2.5,1.2,By boat,En barca
""",
    "places.csv": """place,name,country,state,latitude,longitude,elevation_m,put_by,zone,sector,\
station_capacity,entry,home_of,source_position
desert,Desert,Sand,South,10,10,3,,sands,,,true,,made up
pit,Pit,Sand,South,10.5,10,3,inlanders,sands,,,false,,made up
inland,Inland,Plain,South,12,10,3,,plain,,5000,false,,made up
quay,Quay,Coast,North,14,10,3,,shore,,5000,false,,made up
cove,Cove,Coast,North,14,11,3,,shore,,,true,coasters,made up
open-sea,Open sea,Coast,Sea,14.6,11,0,,waves,,,false,,made up
isle,Isle,Isle,Isle,15.5,11,3,,ahead,Isle,,false,,made up
""",
    "links.csv": "origin,destination,mode,km,km_basis,days,fare_usd,checkpoints,source\n"
    + "".join(
        f"{one},{other},{mode},{km},given,1,10,0,made up\n"
        for one, other, mode, km in (
            ("desert", "inland", "truck", 240),
            ("pit", "inland", "truck", 200),
            ("inland", "quay", "truck", 240),
            ("inland", "cove", "truck", 270),
            ("quay", "open-sea", "boat", 150),
            ("cove", "open-sea", "boat", 70),
            ("open-sea", "isle", "boat", 110),
        )
    ),
    "people.csv": """group,nationality,household,share,name_en,name_es,citizenships,source
travellers,travellers,alone,1,x,x,Elsewhere,made up
coasters,coasters,alone,1,x,x,Coast,made up
""",
    "entry.csv": "nationality,place,month,people,basis,source\n"
    + "".join(
        f"{who},{where},2031-{month:02d},{people},assumption,made up\n"
        for who, where, people in (("travellers", "desert", 3000), ("coasters", "cove", 900))
        for month in range(1, 5)
    ),
}
SCENARIO = """
title = "The sea as it is"
world = "shores"
spin_up = 2031-01-01
start = 2031-01-01
end = 2031-04-30

[movement]
leave = { default = 0.5, waves = 0.6 }

[sea]
intercepted = { default = 0, waves = 0.2 }
lost = { default = 0, waves = 0.05 }

[interdiction]
tempo = { default = 0, plain = 0.1 }

[custody]
days_held = 1
sent_south_share = 1
days_factor = { inlanders = 3, guard = 10 }
sent_south_factor = { inlanders = 0.8, guard = 0 }
destination_share = { pit = 1 }
deported_share = 0

[crossing]
evasion = 0
returned_share = 0
removed_share = 0

[settlement]
settle = 0
"""


def write_shores(folder: Path) -> Small:
    """Write the world and its scenario into a folder; ``Small`` reads and runs it."""
    (folder / "shores").mkdir()
    for name, text in TABLES.items():
        (folder / "shores" / name).write_text(text, encoding="utf-8")
    path = folder / "small.toml"
    path.write_text(SCENARIO)
    return Small(folder, path)
