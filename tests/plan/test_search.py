"""Search finds the document that answers a question, in two languages, with slips and follow-ups."""

from dataclasses import replace

import pytest

from bot.plan.indexing import Document, build, digest, load_or_build
from bot.plan.search import ANY_NEAR_MISS, COVERED, EARLIER_TURN, NEAR_MISS, Hit, Index
from bot.plan.wordings import UNKNOWN
from bot.plan.written import After
from tests.plan.little import DOCUMENTS, with_follow_ups, with_near_misses


@pytest.mark.parametrize(
    ("ask", "owner"), [(ask, d.id) for d in DOCUMENTS for ask in d.asks], ids=lambda value: value
)
def test_an_exact_ask_wins_with_a_score_of_about_1(index, ask, owner):
    best, second, *_ = index.search(ask)
    assert best.id == owner
    assert best.score > 0.85
    assert best.score > second.score + 0.2


@pytest.mark.parametrize(
    ("question", "owner"),
    [
        ("what are the five pilars", "pillars"),
        ("waht are teh pillers", "pillars"),
        ("ransomwear atack", "attack"),
        ("how mcuh does the paln cost", "money"),
        ("comment deadlin", "comments"),
        ("cuanto cueta el plan", "money"),
    ],
)
def test_a_slip_finds_it_all_the_same(index, question, owner):
    assert index.search(question)[0].id == owner


@pytest.mark.parametrize(
    ("question", "owner"),
    [
        ("¿Qué pilares tiene?", "pillars"),
        ("que precio tiene el plan", "money"),
        ("¿hubo un ataque a las computadoras de la ciudad?", "attack"),
        ("hasta qué día se podía opinar", "comments"),
    ],
)
def test_a_question_in_spanish_finds_it(index, question, owner):
    assert index.search(question)[0].id == owner


@pytest.mark.parametrize(
    ("question", "owner"),
    [
        ("main parts the strategy is built on, the pillars", "pillars"),
        ("what will taxpayers spend on it", "money"),
        ("did cyber criminals break in", "attack"),
        ("until what date could people give feedback", "comments"),
    ],
)
def test_other_words_of_the_same_meaning_find_it(index, question, owner):
    assert index.search(question)[0].id == owner


def test_a_question_about_something_else_scores_low(index):
    assert index.search("can I bring my dog to the swimming pool")[0].score < 0.5


@pytest.mark.parametrize("question", ["", "???", "42", "ñandú", "🙂", "a" * 1000])
def test_a_question_without_known_words_is_no_error(index, question):
    assert len(index.search(question)) == len(DOCUMENTS)


def test_the_best_come_first_and_no_more_than_asked_for(index):
    hits = index.search("the plan", limit=3)
    assert len(hits) == 3
    assert [hit.rank for hit in hits] == sorted((hit.rank for hit in hits), reverse=True)


def test_an_earlier_turn_counts_half(index):
    now, before = "and when was that?", "was the city hacked"
    scores = dict(zip(index.ids, index.scores(now) + 0.5 * index.scores(before), strict=True))
    assert EARLIER_TURN == 0.5
    for hit in index.search(now, earlier=[before]):
        assert hit.score == pytest.approx(scores[hit.id], abs=1e-5)


def test_an_earlier_turn_tells_what_a_follow_up_is_about(index):
    assert index.search("when was that", earlier=["was the city hacked"])[0].id == "attack"
    assert index.search("when was that", earlier=["comment deadline"])[0].id == "comments"


def test_an_earlier_turn_does_not_overrule_a_clear_question(index):
    assert index.search("how much does the plan cost", ["was the city hacked"])[0].id == "money"


def test_a_boost_is_added_to_its_document_only(index):
    plain = {hit.id: hit for hit in index.search("the plan")}
    boosted = {hit.id: hit for hit in index.search("the plan", boosts={"attack": 0.25})}
    for identity, hit in plain.items():
        added = 0.25 if identity == "attack" else 0
        assert boosted[identity].score == pytest.approx(hit.score + added, abs=1e-6)
        assert boosted[identity].rank == pytest.approx(hit.rank + added, abs=1e-6)


def test_a_boost_can_decide(index):
    assert index.search("the plan", boosts={"attack": 5.0})[0].id == "attack"


def test_a_boost_for_what_is_not_there_is_ignored(index):
    assert index.search("the plan", boosts={"weather": 5.0}) == index.search("the plan")


def test_documents_with_few_askings_can_be_searched_too(encoder):
    passages = [Document("p1", (), ("Fiber reaches every recreation center.",)),
                Document("p2", (), ("Trash is collected on Mondays.",))]  # fmt: skip
    assert build(passages, encoder).search("internet in rec centers")[0].id == "p1"


# Near misses


def test_a_near_miss_is_liker_to_what_a_document_does_not_answer(encoder):
    known = with_near_misses(comments=("how many comments were sent?", "who read the comments?"))
    index = build(known, encoder)
    missed = index.search("what was the number of comments that were sent")[0]
    asked = index.search("what was the last day for comments?")[0]
    assert missed.id == asked.id == "comments"
    assert missed.near_miss > 0 > asked.near_miss
    assert missed.any_near_miss > 0 > asked.any_near_miss


def test_a_document_without_near_misses_takes_those_of_the_others(encoder):
    known = with_near_misses(comments=("how many comments were sent?",))
    top = build(known, encoder).search("was the city hacked")[0]
    assert top.id != "comments"
    assert top.near_miss == top.any_near_miss < 0


def test_an_index_without_near_misses_says_what_is_usual(encoder):
    top = build(DOCUMENTS, encoder).search("was the city hacked")[0]
    assert (top.near_miss, top.any_near_miss) == (NEAR_MISS, ANY_NEAR_MISS)


def test_near_misses_are_kept_with_the_index(encoder, tmp_path):
    known = with_near_misses(comments=("how many comments were sent?",))
    built = load_or_build(known, encoder, tmp_path)
    loaded = load_or_build(known, encoder, tmp_path)
    question = "what was the number of comments that were sent"
    assert loaded.search(question) == built.search(question)
    assert digest(known) != digest(DOCUMENTS)


def test_a_lead_is_over_the_best_other_document(encoder):
    first, second = build(DOCUMENTS, encoder).search("was the city hacked")[:2]
    assert first.meaning_lead > 0 > second.meaning_lead
    assert first.margin_lead > 0 > second.margin_lead


def test_a_known_follow_up_moves_up_what_answers_it_and_leaves_the_scores(encoder):
    known = with_follow_ups(
        money=(("attack", "and the damage?"),), pillars=(("attack", "which ones are they?"),)
    )
    index = build(known, encoder)
    alone, after = (index.search("so the damage?", shown=shown) for shown in ((), ("attack",)))
    before, then = ({hit.id: hit.rank for hit in hits} for hits in (alone, after))
    assert then["money"] - then["pillars"] > before["money"] - before["pillars"]
    assert {hit.id: hit.score for hit in alone} == {hit.id: hit.score for hit in after}


def test_a_follow_up_counts_more_after_what_it_leans_on(encoder):
    known = with_follow_ups(
        money=(("attack", "and the damage?"),), pillars=(("comments", "how many words?"),)
    )
    index = build(known, encoder)
    leads = []
    for shown in ("attack", "comments"):
        ranks = {hit.id: hit.rank for hit in index.search("so the damage?", shown=(shown,))}
        leads.append(ranks["money"] - ranks["pillars"])
    assert leads[0] > leads[1]


def test_what_nothing_answers_is_told_from_what_something_does(encoder):
    index = build(with_follow_ups(money=(("comments", "what did that cost?"),)), encoder)
    stray, asked = (
        hit_of(index, text, "money", ("comments",)).after.unanswered
        for text in ("were there many", "what did it cost")
    )
    assert stray > 0 > asked


@pytest.mark.parametrize("shown", [(), ("not-there",)])
def test_without_anything_shown_follow_ups_say_what_is_usual(encoder, shown):
    index = build(with_follow_ups(money=(("comments", "what did that cost?"),)), encoder)
    for hit in index.search("what did it cost", shown=shown):
        assert hit.after == After()


def test_a_message_is_read_after_what_it_leans_on_though_nothing_was_shown(encoder):
    index = build(with_follow_ups(money=(("attack", "and the damage?"),)), encoder)
    ranks = []
    for leans_on in ("the five pillars of the plan", "the ransomware attack on the city"):
        hits = index.search("and the damage?", leans_on=leans_on)
        ranks.append({hit.id: hit.rank for hit in hits})
    assert ranks[1]["money"] - ranks[1]["pillars"] > ranks[0]["money"] - ranks[0]["pillars"]


def test_near_misses_speak_against_a_document_in_context_too(encoder):
    known = [
        replace(one, near_misses=("how many dollars did the hackers want?",))
        if one.id == "money"
        else one
        for one in with_follow_ups(money=(("attack", "and the damage?"),))
    ]
    index = build(known, encoder)
    without = build(with_follow_ups(money=(("attack", "and the damage?"),)), encoder)
    missed, usual = (
        hit_of(one, "how many dollars did they want?", "money", ("attack",)).after
        for one in (index, without)
    )
    assert missed.near_miss > 0
    assert missed.any_near_miss > 0
    assert (usual.near_miss, usual.any_near_miss) == (After().near_miss, After().any_near_miss)


def with_questions(encoder) -> Index:
    known = with_near_misses(comments=("how many comments were sent?", "who read the comments?"))
    return build(
        [
            replace(one, questions=("until which day could people write in?",))
            if one.id == "comments"
            else one
            for one in known
        ],
        encoder,
    )


def test_the_nearest_texts_vote_for_a_document_or_are_its_near_misses(encoder):
    index = with_questions(encoder)
    votes = {
        text: {hit.id: hit.vote for hit in index.search(text)}["comments"]
        for text in ("when did comments close", "how many comments were sent")
    }
    assert votes["when did comments close"] > 0 > votes["how many comments were sent"]


def test_a_written_question_is_no_way_to_be_found_but_speaks_for_its_document(encoder):
    text = "until which day could people write in"
    plain = build(with_near_misses(comments=("who read the comments?",)), encoder)
    hits = [
        next(hit for hit in one.search(text) if hit.id == "comments")
        for one in (plain, with_questions(encoder))
    ]
    assert hits[1].behind == 0.0 <= hits[0].behind
    assert hits[1].meaning == pytest.approx(hits[0].meaning)


def test_a_document_that_is_not_asked_for_is_behind(encoder):
    hits = {hit.id: hit for hit in with_questions(encoder).search("was the city hacked")}
    assert hits["attack"].behind == 0.0 < hits["comments"].behind


# What of a question is told of, word by word


def hit_of(index: Index, question: str, identity: str, shown: tuple[str, ...] = ()) -> Hit:
    return next(hit for hit in index.search(question, shown=shown) if hit.id == identity)


def test_a_word_of_which_nothing_tells_is_far(index):
    asked, strange = (
        hit_of(index, f"when did hackers attack the {what}", "attack").coverage
        for what in ("city computers", "parade floats")
    )
    assert asked.farthest > strange.farthest
    assert asked.mean > strange.mean


def test_a_document_that_tells_of_the_words_is_ahead_of_the_others(index):
    attack, comments = (
        hit_of(index, "was the city hacked", identity) for identity in ("attack", "comments")
    )
    assert attack.coverage_lead > 0 > comments.coverage_lead
    assert attack.rank - attack.score > comments.rank - comments.score


def test_a_message_without_telling_words_is_ranked_by_all_else(index):
    hit = index.search("and when was that?")[0]
    assert hit.coverage == UNKNOWN
    assert hit.rank < COVERED


def test_near_misses_tell_of_what_a_document_does_not(encoder):
    known = with_near_misses(comments=("how many comments were sent by mail?",))
    index = build(known, encoder)
    missed, asked = (
        hit_of(index, question, "comments").coverage
        for question in ("comments that were sent by mail", "the deadline to comment")
    )
    assert missed.miss < asked.miss


def test_after_an_answer_its_follow_ups_tell_of_a_message_too(encoder):
    index = build(with_follow_ups(money=(("attack", "and the damage?"),)), encoder)
    alone, after = (
        hit_of(index, "and the damage?", "money", shown).coverage for shown in ((), ("attack",))
    )
    assert after.mean > alone.mean
    assert after.mean == pytest.approx(1, abs=0.02)


def test_what_nothing_answers_after_a_document_speaks_against_the_others(encoder):
    index = build(with_follow_ups(money=(("attack", "and the damage?"),)), encoder)
    unanswered = hit_of(index, "were there many?", "money", ("comments",)).coverage.unanswered
    assert unanswered < 0
    answered = hit_of(index, "and the damage?", "money", ("comments",)).coverage.unanswered
    assert answered > unanswered
