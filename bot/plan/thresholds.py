"""From where on the deciding does what, for scores, ranks and likelihoods.

Chosen on the validation split of data/eval (docs/decisions/0005 and later); the test split never
had a say.
"""

ANSWER_AT = 0.65
"""Below this the nearest gap is not what was asked about."""
IN_CONTEXT_AT = 0.56
"""Below this a message that leans on the one before it may be about something else altogether."""
SUPPORTED_IN_CONTEXT_AT = 0.68
"""From here on a fact is borne out by such a message and by what was shown before it."""
CORRECTED_AT = 0.3
"""The same after "no, I meant ...": whoever corrects us has an answer in mind."""
SUPPORTED_AT = 0.62
"""From here on a fact is borne out by the question, whatever its score (bot/plan/support.py)."""
EXACT_AT = 0.93
"""From here on a message is a question of its own, whatever it seems to lean on."""
SURE_AT = 0.72
"""From here on a fact is an answer even if the intent says the message is about something else."""
RESCUE_AT = 0.66
"""From here on a message whose intent is not sure is taken for a question about the plan."""
ASKS_AT = 0.6
"""From here on a message after an answer asks, unless its intent is sure that it does not."""
NOT_ASKS_AT = 0.1
"""Below this it does not, if its intent says so too, and it has no question's shape."""
NO_QUESTION = 0.8
"""From here on an intent is sure that such a message does not ask."""
UNSURE = 0.5
"""The classifier's gate: below this a message is unlike what its intent was trained on."""
VERY_SURE = 0.97
"""From here on "what's next?" asks about the plan, whatever was shown."""
HARDLY = 0.25
"""Below this an intent says next to nothing: a fact that is good enough comes first."""
FAR = 0.40
"""Below this a message has nothing to do with the plan, and facts are too far off to be offered,
or to answer what does not lean on anything."""
NEAR = 6
"""Facts at most that are noted as near to what could not be answered."""
CLARIFY_MARGIN = 0.012
CLOSE = 0.15
"""Two facts that rank nearer to each other than this both answer, unless the first does surely."""
CLARIFY_AT = 0.25
"""Below this none of the nearest topics is what a short message asks for."""
INTENT_BOOST = 0.03
NAME_BOOST = 0.04
SURELY_SUPPORTED_AT = 0.98
"""From here on a fact is what was asked for, even where the wording sounds like taking sides."""
DECLINE_AT = 0.6
"""From here on a part of a message is like an example of what is declined."""
PUBLISHED_AT = 0.8
"""From here on what staff published for a gap is an answer, however sure a declined intent is."""
SHORT = 4
"""Words up to which a message with near topics is too short to be sure, and is asked back."""
