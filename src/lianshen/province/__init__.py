"""A synthetic province: landing packages with planted faults, and the evaluation against their answer key.

``generate(out, …)`` writes ``out/landing`` and ``out/truth``; ``evaluate(con, truth)`` says what a warehouse found
of it.
"""

from lianshen.province.evaluate import Evaluation, NoAnswerKey, Noise, RuleEvaluation, evaluate, misses
from lianshen.province.generate import generate

__all__ = ["Evaluation", "NoAnswerKey", "Noise", "RuleEvaluation", "evaluate", "generate", "misses"]
