"""Check a regime's chain of approval: that every reply is signed, and that an institution has who signs it."""

from collections.abc import Iterator

from handlers.rules.people.institution import Institution, Person
from handlers.rules.people.one_each import one_each
from handlers.rules.regime.approval_steps import office_of, office_people, roles_instead
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import ApprovalStep
from handlers.rules.toml_errors import Complaint

ANYBODYS_WORDING = (ApprovalStep(by=("leader", "chief")),)
"""The signature of wording where a regime says nothing: an institution without leaders settles none."""


def chain_complaints(regime: Regime) -> Iterator[Complaint]:
    """Yield a complaint about each step that nobody could give, and about replies that nobody would sign."""
    for n, step in enumerate(regime.approval):
        yield from _step(regime, f".approval[{n}]", step)
    if regime.plan is not None:
        yield from _step(regime, ".plan", regime.plan)
    for n, step in enumerate(regime.wording):
        yield from _step(regime, f".wording[{n}]", step)
    for name, rule in regime.office.items():
        if not [one for one in rule.names if one.strip()] and not rule.otherwise:
            yield Complaint(f".office.{name}.names", "an office that is nobody: name departments, or roles otherwise")
    if regime.met_by("published"):
        yield from _unsigned(regime)


def _step(regime: Regime, where: str, step: ApprovalStep) -> Iterator[Complaint]:
    given = (*step.by, *step.of)
    if not given:
        yield Complaint(f"{where}.by", "a signature that nobody may give: name roles")
    if len({*given}) < len(given):
        yield Complaint(f"{where}.by", "a role or an office is there twice: take one of them out")
    if step.needs == "all" and len(given) == 1:
        yield Complaint(f"{where}.needs", '"all" of one: name another role or office, or leave needs out')
    if unknown := [tier for tier in step.tiers if tier not in regime.tiers]:
        remedy = f"add [tier.{unknown[0]}], or take it out"
        yield Complaint(f"{where}.tiers", f"the regime has no tier {unknown[0]}: {remedy}")
    if not all(word.strip() for word in step.words):
        yield Complaint(f"{where}.words", "an empty word is in every text: take it out")


def _unsigned(regime: Regime) -> Iterator[Complaint]:
    if not regime.approval:
        yield Complaint(".approval", "a reply goes out that nobody approves: add [[approval]]")
        return
    always = [step for step in regime.approval if not step.kinds and not step.words]
    for tier in regime.tiers:
        if not any(not step.tiers or tier in step.tiers for step in always):
            remedy = "add an [[approval]] without kinds and words"
            yield Complaint(".approval", f"a reply of the tier {tier} may go out that nobody approves: {remedy}")
            return


def unsignable(regime: Regime, institution: Institution) -> Iterator[str]:
    """Yield what keeps a step from being signed in an institution, with the remedy."""
    for n, step in enumerate(regime.approval, 1):
        yield from _unsignable(f"signature {n} of a reply", step, regime, institution)
    if regime.plan is not None:
        yield from _unsignable("the signature of a plan", regime.plan, regime, institution)
    for n, step in enumerate(() if regime.wording == ANYBODYS_WORDING else regime.wording, 1):
        yield from _unsignable(f"signature {n} of wording", step, regime, institution)


def _unsignable(what: str, step: ApprovalStep, regime: Regime, institution: Institution) -> Iterator[str]:
    missing = [name for name in step.of if office_of(name, regime, institution) is None]
    if lacking := [name for name in missing if not roles_instead(name, regime)]:
        rule = regime.office.get(lacking[0])
        names = ", ".join(f'"{one}"' for one in (rule.names if rule else lacking[:1]))
        remedy = "add it as [[department]], or give one of yours that name as an alias"
        yield f"{what} is given by {names}, and there is no such department: {remedy}"
        return
    people = _slots(step, regime, institution)
    several = step.needs == "all"
    if not (all(people) if several else any(people)):
        yield _nobody(what, step)
    elif several and None in one_each(people):
        remedy = "give another person one of these roles"
        yield f"{what} takes {len(people)} people, one each of {_names(step)}, and there are fewer: {remedy}"


def _slots(step: ApprovalStep, regime: Regime, institution: Institution) -> list[tuple[Person, ...]]:
    """Return who may give each signature of a step, anywhere in the institution."""
    offices = ((name, office_of(name, regime, institution)) for name in step.of)
    return [
        *(institution.with_role(role) for role in step.by),
        *(
            office_people(department, institution)
            if department
            else institution.with_role(*roles_instead(name, regime))
            for name, department in offices
        ),
    ]


def _nobody(what: str, step: ApprovalStep) -> str:
    if what.startswith("signature") and not step.of and step.needs == "any":
        return f"nobody can give {what}: give a person one of the roles {', '.join(step.by)}"
    each = "each" if step.needs == "all" else "one"
    return f"nobody can give {what}: give {each} of {_names(step)} a person"


def _names(step: ApprovalStep) -> str:
    return ", ".join((*step.by, *step.of))
