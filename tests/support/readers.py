"""The readers of rules and templates: what reads a text from outside, by its name in a test."""

from collections.abc import Callable

from handlers.common import receipt_words, silencing_words
from handlers.common.approval_words import answers_a_link, mentions_consent
from handlers.common.approval_words import read as approval_words
from handlers.common.command_lines import Verbs, command_lines
from handlers.common.suggestions import looks_meant, meant, typed_numbers
from handlers.registry import HANDLERS
from handlers.rules.incident.contact_words import means_in, spoken_at, tells_of_no_answer, tells_of_nothing
from handlers.rules.incident.contacts import nameless
from handlers.rules.incident.opening import open_matter
from handlers.rules.incident.part_words import tells_no_deed
from handlers.rules.incident.reply_check import holds_off, is_final, still_to_come
from handlers.rules.incident.report_words import says_result
from handlers.rules.incident.results import adopts, classify
from handlers.rules.incident.whom import whom
from handlers.rules.language import publication_words
from handlers.rules.language.commands import asks, clean, courteous, spoken, thanked, whole
from handlers.rules.language.folding import normalize, visible
from handlers.rules.language.incident_numbers import take_numbers, take_spelt
from handlers.rules.language.masking import mask, mask_public
from handlers.rules.language.own_words import is_chat, own_words
from handlers.rules.language.publication_doubts import is_doubtful
from handlers.rules.language.signature import unsigned
from handlers.rules.people.names import department_named, departments_in, people_in, people_named
from handlers.rules.posts.accusations import spoken_of
from handlers.rules.posts.forwarded_post import read as forwarded
from handlers.rules.posts.kinds import guess
from handlers.rules.posts.labels import says_something, without_labels
from handlers.rules.posts.links import all_spans, find, text_fingerprint
from handlers.rules.posts.list_items import list_items
from handlers.rules.posts.public_address import addresses, objection, without_addresses
from handlers.rules.posts.routing import route, without_mentions
from handlers.rules.posts.several_posts import posts_in
from handlers.rules.posts.similarity import terms
from handlers.rules.regime.tiers import by_words
from handlers.rules.time.date_doubts import date_doubts
from handlers.rules.time.limits import limit_in
from handlers.rules.time.past_words import past_moment
from handlers.rules.time.periods import PeriodError
from handlers.rules.time.periods import parse as period
from handlers.rules.time.promises import find as promises
from handlers.rules.time.promises import limit_named, moment
from handlers.rules.time.spans import named
from handlers.texts.filters import deed, short
from tests.support.cases import INSTITUTION, person, standard
from tests.support.long_texts import READ_AT, utterance

Read = Callable[[str], object]
CALENDAR, REGIME = INSTITUTION.calendar, standard()
VERBS = Verbs({name: getattr(handler, "VERBS", ()) for name, handler in HANDLERS.items()}, {})


def _matter(text: str) -> object:
    post = forwarded(text, (), READ_AT, INSTITUTION.zone)
    return open_matter(post, (), "帖子", INSTITUTION, REGIME, READ_AT)


def _period(text: str) -> object:
    try:
        return period(text)
    except PeriodError:
        return None


READERS: dict[str, Read] = {
    "utterance": utterance,
    "means": means_in,
    "spoken at": lambda text: spoken_at(text, READ_AT, CALENDAR, READ_AT),
    "tells of nothing": tells_of_nothing,
    "tells of no answer": tells_of_no_answer,
    "nameless": nameless,
    "no deed": tells_no_deed,
    "limit in": lambda text: limit_in(text, READ_AT, CALENDAR),
    "past moment": lambda text: past_moment(text, READ_AT, CALENDAR),
    "clean": lambda text: clean(text, ("回音", "Huiyin")),
    "visible": visible,
    "normalize": normalize,
    "courteous": courteous,
    "thanked": thanked,
    "asks": asks,
    "whole": lambda text: whole(text, ("签收",)),
    "spoken": lambda text: spoken(text, ("签收", "办结", "reply"), many=True),
    "numbers": lambda text: take_numbers(text, many=True),
    "spelt": take_spelt,
    "own words": own_words,
    "chat": is_chat,
    "signature": lambda text: unsigned(text, "钱副校长"),
    "mask": mask,
    "mask public": lambda text: mask_public(text, text),
    "command lines": lambda text: command_lines(text, VERBS),
    "publication": lambda text: publication_words.read(text, shown=True, spoken_to=True),
    "named beside": publication_words.named_beside,
    "doubts": is_doubtful,
    "approval": lambda text: approval_words(utterance(text)),
    "answers a link": answers_a_link,
    "consent": mentions_consent,
    "receipt": lambda text: receipt_words.read(utterance(text)),
    "silencing": lambda text: silencing_words.asks_to_silence(utterance(text)),
    "looks meant": looks_meant,
    "suggestion": lambda text: meant(text, person("zhou"), HANDLERS),
    "typed numbers": typed_numbers,
    "department": lambda text: department_named(text, INSTITUTION),
    "departments": lambda text: departments_in(text, INSTITUTION),
    "people named": lambda text: people_named(text, INSTITUTION),
    "people in": lambda text: people_in(text, INSTITUTION.people),
    "whom": lambda text: whom(text, INSTITUTION),
    "matter": _matter,
    "spoken of": spoken_of,
    "route": lambda text: route(text, (), INSTITUTION),
    "mentions": lambda text: without_mentions(text, INSTITUTION),
    "tier": lambda text: by_words(REGIME, text),
    "kind": lambda text: guess(text, "general"),
    "forwarded": lambda text: forwarded(text, (), READ_AT, INSTITUTION.zone),
    "posts": posts_in,
    "list": list_items,
    "labels": without_labels,
    "says something": says_something,
    "links": find,
    "all links": all_spans,
    "fingerprint": text_fingerprint,
    "addresses": addresses,
    "without addresses": without_addresses,
    "objection": objection,
    "objection to an address": lambda text: objection(f"https://a.cn/{text}"),
    "terms": terms,
    "promises": lambda text: promises(text, READ_AT, CALENDAR),
    "limit": lambda text: limit_named(text, READ_AT, CALENDAR),
    "moment": lambda text: moment(text, READ_AT, CALENDAR),
    "date doubts": lambda text: [*date_doubts(text, READ_AT, CALENDAR)],
    "period": _period,
    "span": named,
    "result": classify,
    "adopts": adopts,
    "report back": says_result,
    "still to come": still_to_come,
    "final": lambda text: is_final(text, promises(text, READ_AT, CALENDAR)),
    "holds off": lambda text: holds_off(text, ()),
    "short": short,
    "deed": deed,
}
