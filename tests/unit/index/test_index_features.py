"""Our features of a text are scikit-learn's, fitted and put back together."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from index.features import NGrams

SEEN = ["泳帽丢了怎么办", "泳票能退吗", "泳池几点开门，泳池在哪", "要  带泳帽 吗"]
NEW = ["泳帽泳帽能退吗", "Zzz", "", "泳池 几点"]


@pytest.mark.parametrize(("span", "least"), [((1, 2), 1), ((2, 4), 1), ((1, 2), 2)])
def test_features_are_those_of_scikit_learn(span: tuple[int, int], least: int) -> None:
    theirs = TfidfVectorizer(analyzer="char", ngram_range=span, min_df=least, sublinear_tf=True, dtype=np.float32)
    ours = NGrams(span, least)
    np.testing.assert_allclose(ours.fit(SEEN).toarray(), theirs.fit_transform(SEEN).toarray())
    wanted = theirs.transform(NEW).toarray()
    for features in (ours, NGrams.restore(span, *ours.state())):
        found = features(NEW)
        assert found.dtype == np.float32  # doubles would have a classifier's coefficients copied for every question
        np.testing.assert_allclose(found.toarray(), wanted, atol=1e-6)


def test_no_text_is_no_row() -> None:
    ours = NGrams((1, 2))
    ours.fit(SEEN)
    assert ours([]).shape == (0, len(ours.state()[0]))
