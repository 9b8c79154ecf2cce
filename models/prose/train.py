"""Train the names component: ``python -m models.prose.train [--out DIR]``. Minutes on one core.

Fixed seed, sentences of our own making (``sentences``), blank Chinese with character segmentation, a
small convolutional tok2vec. The result is under 5 MB and is committed beside this file.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import spacy
from spacy.training import Example
from spacy.util import compounding, fix_random_seed, minibatch

from models.prose.sentences import Sentence, sentences

SEED = 20231
SENTENCES, EPOCHS = 6000, 3
TOK2VEC = {
    "@architectures": "spacy.Tok2Vec.v2",
    "embed": {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 72,
        "attrs": ["ORTH", "SHAPE"],
        "rows": [3500, 200],
        "include_static_vectors": False,
    },
    "encode": {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": 72,
        "depth": 5,
        "window_size": 2,
        "maxout_pieces": 2,
    },
}
NER = {
    "model": {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 48,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": TOK2VEC,
    }
}


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "names")
    options = parser.parse_args()
    fix_random_seed(SEED)
    nlp = spacy.blank("zh")
    nlp.add_pipe("ner", config=NER)
    examples = [_example(nlp, s) for s in sentences(SENTENCES, SEED)]
    optimizer = nlp.initialize(lambda: examples[:800])
    rng = random.Random(SEED)
    for epoch in range(EPOCHS):
        rng.shuffle(examples)
        losses: dict[str, float] = {}
        for batch in minibatch(examples, size=compounding(16, 64, 1.002)):
            nlp.update(batch, sgd=optimizer, drop=0.2, losses=losses)
        nlp.to_disk(options.out, exclude=["lookups"])
        print(f"epoch {epoch + 1}: loss {losses['ner']:.0f}", flush=True)
    nlp.meta["name"] = "names"
    nlp.meta["description"] = "Organisations and persons in papers of an application packet"
    nlp.meta["license"] = "Apache-2.0"
    nlp.to_disk(options.out, exclude=["lookups"])


def _example(nlp: spacy.language.Language, sentence: Sentence) -> Example:
    doc = nlp.make_doc(sentence.text)
    spans = [doc.char_span(a, b, kind) for a, b, kind in sentence.entities]
    kept = [(s.start_char, s.end_char, s.label_) for s in spans if s is not None]
    return Example.from_dict(doc, {"entities": kept})


if __name__ == "__main__":
    main()
