"""A turn on its way in, as it was understood, and on its way out, as it was decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.outcome import Act
from index.clarify import Question
from index.facets import Said
from index.memory import Memory

SOUNDS = (None, "overview", "process", "eligibility", "audience_desc")  # "才五十五，想早退" sounds like a condition


@dataclass(frozen=True)
class Heard:
    """One turn as NLU understood it: the section asked (None where it asks for none) and the facets that were said."""

    text: str
    section: str | None
    said: Said
    refusal: float = 0.0  # confidence of the intent out_of_scope
    unsure: bool = False  # "不知道", "随便"
    talk: bool = False  # about the conversation or the person: thanks, distress, giving up
    asks: bool = True  # whether the text is a question by its words
    bare: bool = False  # whether nothing is said but facets: "工伤的呢"
    named: str | None = None  # the only section that a word of the text names
    pressed: bool = False  # a section's button: the text names no matter, whatever it looks like
    hints: Said = field(default_factory=dict)  # values that the words only hint at
    denied: Said = field(default_factory=dict)  # values that it is said not to be about: "不是企业的"
    more: tuple[str, ...] = ()  # further sections that are asked for beside `section`
    corrects: bool = False  # whether the text takes back what was said before
    elliptic: bool = False  # whether it names someone or something and asks the same of it: "那学校的呢"
    describes: bool = False  # whether it tells who someone is by what he draws: "领伤残津贴的呢"
    also: bool = False  # whether it asks the same for someone else: "我弟那边是企业，…"
    back: bool = False  # whether it is about something that was talked about: "刚才那个"
    returns: bool = False  # … and about something before the last: "回到工伤那个"
    wants: bool = False  # whether it asks for something without asking: "我想办…"

    @property
    def tells(self) -> bool:
        """Whether it asks for nothing by its words, whatever section a plain statement sounds like."""
        return self.section in SOUNDS and not (self.asks or self.named or self.pressed)

    @property
    def asked(self) -> str | None:
        """The section, where it asks for one by its words and not for what any question sounds like."""
        sounds = self.section in SOUNDS and self.section != self.named
        return self.section if self.asks and not (self.unsure or sounds) else None

    @property
    def spoken(self) -> Said:
        """Everything that the text speaks of."""
        return {**self.hints, **self.said}

    def undecided(self, facet: str) -> Said:
        """What was said, with all values that its words leave possible of this facet ("农保转到厂里")."""
        said, hinted = self.said.get(facet, ()), self.hints.get(facet, ())
        return {**self.said, facet: hinted} if said and set(said) < set(hinted) else self.said


@dataclass(frozen=True)
class Decision:
    """What the turn comes to and what is remembered of it."""

    act: Act
    memory: Memory
    guide: str | None = None
    section: str | None = None
    question: Question | None = None
    beside: str | None = None  # a second guide to quote beside the first: the citizen could not tell which

    @property
    def told(self) -> bool:
        """Whether nothing was asked, so that the question may follow: a refusal keeps only such a text."""
        return self.act is Act.FALLBACK and bool(self.memory.story)
