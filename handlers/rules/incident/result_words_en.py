"""What an English clause says about a task: that it was done, is half done, is meant to be done, was passed on."""

import re

from handlers.rules.lazy_pattern import LazyPattern


def _words(*alternatives: str) -> LazyPattern:
    return LazyPattern(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


QUESTION = LazyPattern(
    r"\?|\b(?:maybe|perhaps|probably|apparently|supposedly|seems?|i (?:think|believe|guess|suppose)|"
    r"(?:says?|said|told (?:me|us)|claims?|claimed|heard)(?: that)? (?:it|they|the|all|everything|that|this|we))\b|"
    r"^(?:how|what|when|why|who|where|which|can|could|may|should|shall i|is it|are we|do i|does|did)\b",
    re.IGNORECASE,
)
REMOVAL = LazyPattern(
    r"\b(?:delet|remov|block|hid|suppress|censor|took|taken|take|pull)\w*\b.{0,24}\b(?:posts?|comments?|videos?|"
    r"threads?|tweets?|articles?|"
    r"account|topic)\b|\b(?:posts?|comments?|videos?|threads?|tweets?|articles?|account|topic)\b.{0,24}"
    r"\b(?:delet|remov(?=e)|block|hid|suppress|no longer visible|not visible|taken down|took down|gone|pulled)",
    re.IGNORECASE,
)
FINDING = _words(
    r"no \w+(?: \w+)? (?:was |were )?(?:found|detected|seen)",
    r"not? (?:found|true|exceed\w*|charg\w*|contain\w*|required|necessary|liable)",
    r"nothing (?:was )?found",
    r"did not (?:happen|exceed|charge|contain)",
    r"does not (?:exceed|exist|contain|apply)",
    r"no longer(?! visible| there| online| public)",
)
NEGATION = LazyPattern(
    r"\b(?:not|never|cannot|unable|impossible|failed|nope|without success)\b|^(?:it is |that is |all )?(?:wrong|"
    r"a mistake|nothing)$|n['’]t\b|^no$",
    re.IGNORECASE,
)
HALF = LazyPattern(
    r"\b(?:in progress|ongoing|under ?way|being \w+|working on|work on it|partly|partially|half|almost|nearly|"
    r"mostly|pending|parts? of|some of (?:the|them|it)|one (?:of|out of) (?:the )?(?:two|three|four|five|six|[0-9]+)|"
    r"(?:a)?waiting|wait|still|to do|todo|not yet|first part|continu\w+)\b|"
    r"(?<![0-9])[1-9]?[0-9](?:\.[0-9]+)? ?(?:%|per ?cent)",
    re.IGNORECASE,
)
STEP = _words(
    "started",
    "begun",
    "began",
    "discuss(?:ed|ing)",
    "consider(?:ed|ing)",
    "investigat(?:ed|ing)",
    "look(?:ed|ing) (?:into|at)",
    "schedul(?:ed|ing)",
    "order(?:ed|ing)",
    "arrang(?:ed|ing)",
    "plann(?:ed|ing)",
    "sent to the lab",
    "(?:draft|review|approv|accept)(?:ed)?",
    "plans?",
    "budget",
    "registered",
    "contract (?:was |has been )?signed",
    "signed (?:the |a )?contract",
    "minutes",
    "(?:person|officer) (?:was )?named",
    "talked",
    "decid(?:ed|ing)",
    "work order",
    "ticket",
    "noted",
    "received",
)
HARMLESS = _words(
    "from now on", "in future", "every (?:day|week|month|term|year)", "monthly", "weekly", "regularly", "so that"
)
FUTURE = LazyPattern(
    r"\b(?:will|shall|going to|gonna|plans? to|planned for|intends?|about to|hopes? to|tries|trying|to be \w+ed|"
    r"needs?|must|should|"
    r"please|promise[ds]?|scheduled for|next step|due (?:on|by|next)|agreed to)\b|['’]ll\b|^to \w+",
    re.IGNORECASE,
)
LATER_ON = _words(
    "tomorrow",
    "tonight",
    "soon",
    "shortly",
    "asap",
    "later",
    "next (?:week|month|term|year|day)",
    "in (?:a|an|one|two|three|four|five|[0-9]+) (?:hours?|days?|weeks?|months?)",
    "by (?:tomorrow|tonight|noon|monday|tuesday|wednesday|thursday|friday|saturday|sunday|next|the end|[0-9]+)",
    "(?:two|three|four|five|[0-9]+) (?:more )?days?$",
    "more time",
    "as soon as possible",
)
ENTERED = LazyPattern(
    r"\b(?:put|entered|included|written|taken up|added)\b.{0,12}\b(?:in|into|to)\b.{0,30}\b(?:plan|budget|menu|"
    r"list|rules?|"
    r"programme|schedule)\b",
    re.IGNORECASE,
)
TRANSFER = _words(
    "pass(?:ed)? (?:it )?(?:on|to)",
    "forward(?:ed)?",
    "hand(?:ed)? (?:it )?(?:over|on|to)",
    "transfer(?:red)?",
    "refer(?:red)?",
    "assign(?:ed)?",
    "escalat(?:ed)?",
    "(?:asked|told|urged|ordered|instructed|requested|reminded|notified|informed|contacted|called) "
    "(?:the |our |a |an |all |relevant )?(?:department|supplier|contractor|company|owner|team|them|him|her|it|site|"
    "platform|vendor|staff|"
    "people|office|landlord|person|manager|head|body|units?)",
    "report(?:ed)? (?:it )?to",
    "notice (?:was |has been )?(?:sent|issued|served)",
    "relevant (?:department|unit|body)s?",
)
THROUGH = _words("who (?:has )?\\w+ed", "and (?:it|they) (?:was|were|has|have)(?: been)? \\w+ed", "which (?:was|has)")
FILLER = _words(
    "attach(?:ed)? (?:great )?importance",
    "take (?:it |this )?seriously",
    "(?:parents?|public) (?:are|is|were|was|have|has)? ?(?:now )?(?:satisfied|happy|calm(?:ed)?(?: down)?|quiet)",
    "(?:platform|site|website) (?:has )?(?:handled|dealt|solved)",
    "taken seriously",
    "strengthen(?:ed)?",
    "stepp?(?:ed)? up",
    "pa(?:y|id) attention",
    "meeting",
    "aware",
    "explained(?: verbally| by phone| in person| the situation)?$",
    "(?:visited|phoned|photographed|recorded|filed|warned|talked|spoke|spoken)(?: (?:to|with))?(?: the)?(?: [a-z]+)?$",
    "lessons?",
    "management",
)
GENERIC = _words(
    "answer(?:ed)?", "repl(?:y|ied)", "respond(?:ed)?", "remed(?:y|", "ied)", "mended", "fixed", "repaired",
    "replaced", "resolved?", "solved", "handled", "processed", "complet(?:e|ed|", "ely)", "finish(?:ed)?", "settled",
    "addressed", "dealt", "with", "adopted", "clarified", "done", "ok(?:ay)?", "all", "right", "good", "fine",
    "everything", "it", "its?", "this", "that", "the", "an?", "matter", "problem", "issue", "case", "on", "spot",
    "in", "at", "to", "of", "for", "and", "has", "have", "had", "been", "was", "were", "is", "are", "we", "they", "i",
    "now", "already", "just", "fully", "properly", "as", "requested", "required", "thanks?", "thank", "you", "public",
    "closed", "close", "over", "dusted", "made", "sorted", "out", "up", "by", "us", "our", "accordingly", "measures?",
    "taken", "action",
)  # fmt: skip
_WEAK = (
    r"(?:ask|inform|notifi|contact|instruct|schedul|plann|start|discuss|consider|promis|need|expect|intend|tri|"
    r"look|receiv|not|"
    r"regist|answer|repli|hop|urg|order|assign|forward|transferr|referr|escalat|wait|pass|hand|report|call|remind|"
    r"request|attach|"
    r"strengthen|stepp|investigat|arrang)ed"
)
DONE = LazyPattern(
    rf"\b(?!{_WEAK}\b)[a-z]{{2,}}ed\b|\b(?:built|found|met|paid|given|shut|cut|put|made|brought|taught|rebuilt|"
    rf"taken out|true|untrue|"
    r"complies|meets|because|according to|under the|we found|passed (?:the|all|every)|sent back|repaid|withdrawn|"
    r"written|rewritten|chosen|sent|led|held|sold|bought|swept|dug|torn|laid|hung)\b",
    re.IGNORECASE,
)
COURTESY = LazyPattern(
    r"^(?:dear|hello|hi|sorry|thanks?|thank you|we (?:are sorry|apologi[sz]e)|your (?:message|post|comment)|best|"
    r"kind|yours)\b|"
    r"\b(?:for your (?:message|patience|understanding|post)|inconvenience|call us|contact us)\b",
    re.IGNORECASE,
)
