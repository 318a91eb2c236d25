"""A survey, from its spelling to the steps that put its questions one after the other."""

from collections.abc import Mapping
from itertools import pairwise

from ivr.core import menus
from ivr.core.menus import Patience, Step, Texts
from ivr.core.prompts import joined
from ivr.core.surveys import SCALES, THANKS, Means, Question
from ivr.language import grammar
from ivr.language.draft import Draft

AFTER, TRIES = 6.0, 2
"""Seconds to think, and how often a question is put, before it is passed over."""

COMMENT_SECONDS, COMMENT_SILENCE = 90.0, 3.0


def of(draft: Draft, name: str, step: grammar.Step) -> menus.Survey | None:
    """The survey of a step; what is wrong with it is noted."""
    survey = in_full(step)
    if survey is None:
        return None
    asked = _questions(draft, survey)
    if step.say is not None and survey.by == Means.SMS:
        text = "nothing is said before questions that are put by text message"
        draft.findings.mistake(step.where("say"), text, "say it in a step of its own")
    first = f"{name}.{asked[0]}" if asked else name
    return menus.Survey(asked, first, survey.share, survey.rest, Means(survey.by))


def questions(draft: Draft, name: str, written: grammar.Step, step: Step) -> Mapping[str, Step]:
    """The steps of a survey by keypad: each question leads to the next, answered or not, and to thanks."""
    if not isinstance(step.thing, menus.Survey) or step.thing.means is not Means.KEYPAD:
        return {}
    names = [*step.thing.questions, THANKS]
    greeting = draft.texts(written.say)
    made = {
        f"{name}.{question}": _asking(
            draft, name, question, f"{name}.{after}", greeting if at == 0 else None, step
        )
        for at, (question, after) in enumerate(pairwise(names))
        if isinstance(question, Question)
    }
    thanks = Step(f"{name}.{THANKS}", step.then, _sentence(draft, "survey_thanks"), at=step.at)
    return {**made, thanks.name: thanks}


def _asking(
    draft: Draft, name: str, question: Question, then: str, greeting: Texts | None, step: Step
) -> Step:
    said = _sentence(draft, f"survey_{question}", greeting)
    here = f"{name}.{question}"
    if question is Question.COMMENT:
        thing: menus.Thing = menus.Record(question, COMMENT_SECONDS, COMMENT_SILENCE, "#", question)
        return Step(here, then, said, thing=thing, at=step.at)
    smallest, largest = SCALES[question]
    most = len(str(largest))
    thing = menus.Ask(
        keep_as=question,
        fewest=1,
        most=most,
        end="#" if most > 1 else None,
        silence=Patience(None, TRIES, then),
        wrong=Patience(None, TRIES, then),
        after=AFTER,
        between_keys=2.0,
        smallest=smallest,
        largest=largest,
        question=question,
    )
    return Step(here, then, said, thing=thing, at=step.at)


def _sentence(draft: Draft, phrase: str, before: Texts | None = None) -> Texts:
    """A sentence of ours in every language, after the admin's own words."""
    return {
        language: joined([(before or {}).get(language, ()), (voice.phrases.get(phrase, ""),)])
        for language, voice in draft.voices.items()
    }


def in_full(step: grammar.Step) -> grammar.Survey | None:
    """The survey of a step, also where only its questions are written."""
    if step.survey is None or isinstance(step.survey, grammar.Survey):
        return step.survey
    return grammar.Survey.model_construct(ask=step.survey)


def _questions(draft: Draft, survey: grammar.Survey) -> tuple[Question, ...]:
    """What is asked, each question once; each answer is a value of the call."""
    asked: list[Question] = []
    for word in survey.ask:
        if draft.known("question", word, tuple(Question), word.at) not in tuple(Question):
            continue
        if (question := Question(word)) in asked:
            draft.findings.mistake(word.at, f"'{word}' is asked twice", "delete one of them")
        else:
            asked.append(question)
            draft.kept.add(str(question))
    return tuple(asked)
