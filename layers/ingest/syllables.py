"""Is this a Vietnamese syllable? Spelling as a grammar: onset + rime + at most one tone.

Used to tell old encodings apart: bytes decoded by the wrong table do not spell syllables.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_SHARP_OR_HEAVY = {"\u0301", "\u0323"}

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êc êng
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uy uya uych uyên uyêt uynh uyt uyu uơ uôc uôi uôm uôn uông uôt
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y ych ynh yt yêm yên yêng yêt yêu
"""
_LONGEST_FIRST = sorted(_ONSETS.split(), key=len, reverse=True)
_SHAPE = re.compile(f"({'|'.join(_LONGEST_FIRST)})?({'|'.join(_RIMES.split())})")
_GI = re.compile("gi(ch|m|n|nh|p|t|êc|êm|ên|êng|êp|êt|êu)?")
"""The i of gi is also the vowel: gì, giếng."""


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether the word is spelled as one Vietnamese syllable; case and NFC/NFD do not matter."""
    tones: list[str] = []
    letters: list[str] = []
    for character in unicodedata.normalize("NFD", word.lower()):
        (tones if character in _TONES else letters).append(character)
    plain = unicodedata.normalize("NFC", "".join(letters))
    if len(tones) > 1 or not (_SHAPE.fullmatch(plain) or _GI.fullmatch(plain)):
        return False
    stopped = plain.endswith(("c", "ch", "p", "t"))
    return not stopped or (bool(tones) and tones[0] in _SHARP_OR_HEAVY)
