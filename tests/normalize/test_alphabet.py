"""An alphabet answers as the set of a text's characters does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jiaokan.normalize.alphabet import Alphabet, alphabet_of, others_in

CHARACTERS = st.characters(exclude_categories=[]) | st.sampled_from(
    "政府工作，。 \n㐀鿿ꀀ\ud800\udfff\U00020000"
)
TEXTS = st.text(CHARACTERS, max_size=40) | st.text(CHARACTERS, max_size=12).map(lambda text: text * 60)
KINDS = st.frozensets(CHARACTERS, max_size=6)


@given(TEXTS, TEXTS, KINDS)
def test_an_alphabet_answers_as_a_set_does(text, more, kind):
    told, known = alphabet_of(text), frozenset(text)
    for alphabet, characters in ((told, known), (told.union(more), known | frozenset(more))):
        kind_too = kind | frozenset(text[:1])
        assert isinstance(alphabet, Alphabet)
        assert frozenset(alphabet) == characters
        assert len(alphabet) == len(characters)
        assert bool(alphabet) == bool(characters)
        assert alphabet.isdisjoint(kind) == kind.isdisjoint(characters)
        assert alphabet.isdisjoint("".join(kind)) == kind.isdisjoint(characters)
        assert alphabet & kind_too == kind_too & alphabet == kind_too & characters
        assert [char in alphabet for char in kind_too] == [char in characters for char in kind_too]
        assert others_in(alphabet) == {char for char in characters if not "\u3400" <= char < "\ua000"}
    assert others_in(known) == known
    assert "政府" not in alphabet_of("政府")
