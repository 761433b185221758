"""Look up rules once for each state of a dialogue, and not by a text that no rule names.

Why: RulePolicy compares every rule with the dialogue's states, at each of two predictions of a
message and twice at the first: once as if rules could name the message's text, once by intent.
The states of our dialogue are few (intent, last action, form), so what applies is remembered.
"""

import json
from typing import Any, Dict, List, Optional, Set, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

from bot.nlu.hot_path.fit import check_source

REPLACES = {"_get_possible_keys": "2915fd81711e194c", "_find_action_from_rules": "be6da6ee0f5429bd"}
REMEMBERED = 2000
_possible_keys = RulePolicy._get_possible_keys
_find_action = RulePolicy._find_action_from_rules


def install() -> None:
    """Replace two methods of RulePolicy."""
    if RulePolicy._get_possible_keys is not _remembered_keys:
        for name, digest in REPLACES.items():
            check_source(getattr(RulePolicy, name), digest)
        RulePolicy._get_possible_keys = _remembered_keys  # type: ignore[assignment]
        RulePolicy._find_action_from_rules = _find  # type: ignore[assignment]


def _remembered_keys(self: RulePolicy, lookup: Dict[str, str], states: List[State]) -> Set[str]:
    known: Dict[Tuple[int, str], Set[str]] = self.__dict__.setdefault("_keys_of_states", {})
    key = (id(lookup), json.dumps(states, sort_keys=True, default=repr))
    if key not in known:
        if len(known) >= REMEMBERED:
            known.clear()
        known[key] = _possible_keys(self, lookup, states)
    return known[key]


def _find(
    self: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool,
) -> Tuple[Optional[str], Optional[str], bool]:
    by_text = use_text_for_last_user_input and not tracker.active_loop_name
    if by_text and not _may_match_text(self):
        return None, None, False
    return _find_action(self, tracker, domain, use_text_for_last_user_input)


def _may_match_text(policy: RulePolicy) -> bool:
    """Whether a rule could apply right after a message whose intent is not looked at."""
    found: Optional[bool] = policy.__dict__.get("_some_rule_matches_text")
    if found is None:
        found = any(not needs_intent(json.loads(key)[-1]) for key in policy.lookup["rules"])
        policy.__dict__["_some_rule_matches_text"] = found
    return found


def needs_intent(state: Dict[str, Any]) -> bool:
    """Whether a rule's last state asks for an intent, or can't stand right after a message."""
    before = (state.get(PREVIOUS_ACTION) or {}).get(ACTION_NAME)
    after_message = before is None or before == ACTION_LISTEN_NAME
    return not after_message or bool((state.get(USER) or {}).get(INTENT))
