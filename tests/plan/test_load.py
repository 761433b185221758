"""The knowledge base is read from YAML; what has the wrong shape is told with its place."""

import pytest

from bot.plan.lines import AfterAnswer, FollowUp
from bot.plan.load import BadKnowledge
from bot.plan.problems import Problem


def test_a_good_knowledge_base_loads_whole(base):
    knowledge = base.load()
    assert list(knowledge.facts) == ["comments-close", "plan-money", "plan-years"]
    assert list(knowledge.sources) == ["city-page", "paper"]
    assert list(knowledge.gaps) == ["gap-full-text"]
    assert [name.id for name in knowledge.names] == ["person:pugh", "program:citistat"]
    assert knowledge.plan.period == (2018, 2023)


def test_facts_of_several_files_are_one_collection(base):
    more = base.folder / "facts" / "more.yml"
    text = base.facts_file.read_text(encoding="utf-8")
    more.write_text(text.replace("id: plan-", "id: more-").replace("id: comments-", "id: more-"))
    assert list(base.load().facts)[:4] == [
        "more-close",
        "more-money",
        "more-years",
        "comments-close",
    ]


def test_milestones_are_facts_with_a_date_oldest_first(base):
    assert [fact.id for fact in base.load().milestones] == ["plan-years", "comments-close"]


def test_a_place_tells_the_line_of_an_entry_and_of_its_keys(base):
    place = base.load().places["plan-money"]
    assert place.file == base.facts_file
    assert place.line == base.line("facts", "- id: plan-money")
    assert place.line_of("answer", "es") == base.line("facts", "- id: plan-money", "answer:", "es:")
    assert place.line_of("values", "numbers", 1) == base.line("facts", "plan-money", "- 2.5%")


def test_a_key_that_is_not_there_stands_where_its_parent_does(base):
    place = base.load().places["plan-money"]
    assert place.line_of("answer", "fr") == base.line("facts", "- id: plan-money", "answer:")
    assert place.line_of("upcoming") == place.line


def test_an_unknown_key_is_told(base):
    base["facts", 1, "anser"] = "x"
    problem = base.the_problem()
    assert problem.file == base.facts_file
    assert problem.line == base.line("facts", "anser:")
    assert problem.what == "plan-money: unknown key 'anser'; remove it or mend its spelling"


def test_an_unknown_key_within_a_text_is_told(base):
    base["facts", 1, "answer", "fr"] = "Le plan"
    assert "unknown key 'answer.fr'" in base.the_problem().what
    assert base.the_problem().line == base.line("facts", "fr: Le plan")


def test_a_duplicate_id_is_told_with_the_place_of_the_first(base):
    base["facts", 2, "id"] = "plan-money"
    problem = base.the_problem()
    first = base.line("facts", "- id: plan-money")
    assert problem.line == base.line("facts", "- id: plan-money", "- id: plan-money")
    assert problem.what == (
        f"the id 'plan-money' is taken already, in plan.yml:{first}; give this entry another"
    )


@pytest.mark.parametrize("key", ["refs", "topic", "title", "answer", "sms", "asks", "sources"])
def test_a_missing_key_is_told(base, key):
    del base["facts", 1, key]
    problem = base.the_problem()
    assert problem.line == base.line("facts", "- id: plan-money")
    assert problem.what == f"plan-money: the key '{key}' is missing; add it"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("key", ["title", "answer", "sms"])
def test_a_text_missing_in_one_language_is_told(base, key, language):
    del base["facts", 1, key, language]
    problem = base.the_problem()
    assert problem.line == base.line("facts", "- id: plan-money", f"{key}:")
    assert f"the key '{key}.{language}' is missing" in problem.what


def test_an_entry_without_an_id_is_told(base):
    del base["facts", 0, "id"]
    assert base.the_problem() == Problem(base.facts_file, 1, "the key 'id' is missing; add it")


def test_a_fact_without_any_source_is_told(base):
    base["facts", 1, "sources"] = []
    assert base.the_problem().what.startswith("plan-money: 'sources' is not right:")


def test_a_source_without_its_address_is_told(base):
    del base["sources", 1, "url"]
    problem = base.the_problem()
    assert problem.file == base.file("sources")
    assert problem.line == base.line("sources", "- id: paper")
    assert problem.what == "paper: the key 'url' is missing; add it"


def test_a_source_whose_address_is_none_is_told(base):
    base["sources", 1, "url"] = "example.com/plan"
    problem = base.the_problem()
    assert problem.line == base.line("sources", "url: example.com/plan")
    assert problem.what.startswith("paper: 'url' is not right:")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("facts", 1, "topic"), "weather"),
        (("facts", 1, "standing"), "rumour"),
        (("facts", 1, "refs"), ["A2"]),
        (("facts", 1, "id"), "Plan Money"),
        (("facts", 1, "title", "en"), ""),
        (("facts", 1, "values", "dates"), ["March 2018"]),
        (("facts", 0, "when", "precision"), "hour"),
        (("facts", 1, "asks", "en"), ["only", "two"]),
        (("sources", 0, "kind"), "blog"),
        (("plan", "comments_close"), "2018-02-30"),
        (("plan", "entries"), {"A": "many"}),
        (("gaps", 0, "near"), "plan-money"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_value_that_does_not_fit_is_told_with_what_stands_there(base, path, value):
    base[path] = value
    problem = base.problems()[0]
    keys = path[1:] if path[0] == "plan" else path[2:]
    assert problem.file == base.file(path[0])
    assert problem.line >= base.line(path[0], f"{keys[0]}:")
    assert f"'{'.'.join(keys)}" in problem.what
    assert "is not right" in problem.what


def test_a_yes_without_quotes_is_told_as_what_yaml_makes_of_it(base):
    text = base.facts_file.read_text(encoding="utf-8")
    base.facts_file.write_text(text.replace("What the plan costs", "yes"), encoding="utf-8")
    assert base.the_problem().line == base.line("facts", "en: yes")
    assert "'title.en' is not right" in base.the_problem().what
    assert "(it is True)" in base.the_problem().what


def test_a_key_that_stands_twice_is_told(base):
    text = base.facts_file.read_text(encoding="utf-8")
    base.facts_file.write_text(text.replace("  topic: money\n", "  topic: money\n  topic: plan\n"))
    problem = base.the_problem()
    assert problem.line == base.line("facts", "topic: money", "topic: plan")
    assert problem.what == "the key 'topic' stands twice; keep one"


def test_bad_yaml_is_told_with_its_line(base):
    text = base.facts_file.read_text(encoding="utf-8")
    base.facts_file.write_text(text.replace("topic: money", 'topic: "money'))
    problem = base.the_problem()
    assert problem.file == base.facts_file
    assert problem.line >= base.line("facts", 'topic: "money')
    assert problem.what.startswith("is not valid YAML (")
    assert problem.what.endswith("; mend it")


def test_bad_indentation_is_told_with_its_line(base):
    text = base.facts_file.read_text(encoding="utf-8")
    base.facts_file.write_text(text.replace("  topic: money", " topic: money"))
    assert base.line("facts", "topic: money") <= base.the_problem().line + 1


def test_a_control_character_is_told_in_one_line(base):
    text = base.facts_file.read_text(encoding="utf-8")
    base.facts_file.write_text(text.replace("topic: money", "topic: mo\x07ney"))
    problem = base.the_problem()
    assert "\n" not in problem.what
    assert problem.what.startswith("is not valid YAML (")


def test_a_file_that_is_not_utf8_is_told_with_its_line(base):
    line = base.line("facts", "Cuánto cuesta el plan")
    lines = base.facts_file.read_bytes().split(b"\n")
    lines[line - 1] = lines[line - 1].decode("utf-8").encode("latin-1")
    base.facts_file.write_bytes(b"\n".join(lines))
    assert base.the_problem() == Problem(
        base.facts_file, line, "is not UTF-8 text; save it as UTF-8"
    )


@pytest.mark.parametrize("name", ["plan", "sources", "gaps", "entities"])
def test_a_missing_file_is_told(base, name):
    base.file(name).unlink()
    assert base.the_problem() == Problem(
        base.file(name), 0, "can't be read (No such file or directory)"
    )


def test_a_folder_without_facts_is_told(base):
    base.facts_file.unlink()
    assert base.the_problem().what == "there is no fact file here; write one"


@pytest.mark.parametrize("name", ["sources", "gaps", "entities", "facts"])
def test_an_empty_file_is_told(base, name):
    base.file(name).write_text("")
    assert "must be a list of entries" in base.problems()[0].what


def test_an_empty_plan_file_is_told(base):
    base.file("plan").write_text("")
    assert base.the_problem().what == "must be keys and values, not None; mend it"


def test_an_entry_that_is_only_a_word_is_told(base):
    base["gaps", 0] = "full text"
    assert base.the_problem() == Problem(
        base.file("gaps"), 1, "must be keys and values, not 'full text'; mend it"
    )


def test_every_problem_is_told_at_once(base):
    del base["facts", 0, "topic"]
    del base["facts", 1, "topic"]
    base["sources", 0, "color"] = "red"
    assert len(base.problems()) == 3


def test_the_first_problem_and_how_many_more_there_are_make_one_line(base):
    del base["facts", 0, "topic"]
    del base["facts", 1, "topic"]
    with pytest.raises(BadKnowledge) as raised:
        base.load()
    line = str(raised.value)
    assert (
        "facts/plan.yml:1: comments-close: the key 'topic' is missing; add it (and 1 more)" in line
    )
    assert line.endswith("See all with: bot plan check")
    assert "\n" not in line


def test_a_problem_reads_as_file_line_and_what_to_do(base):
    base["facts", 1, "anser"] = "x"
    line = base.line("facts", "anser:")
    assert str(base.the_problem()) == (
        f"{base.facts_file}:{line}: plan-money: unknown key 'anser'; remove it or mend its spelling"
    )


# Questions and near misses


def questions(base, *lines: str):
    file = base.folder / "questions.tsv"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def test_without_a_file_of_questions_there_are_no_near_misses(base):
    assert base.load().near_misses == {}


def test_near_misses_are_kept_by_their_fact_and_other_questions_are_not(base):
    questions(
        base,
        "plan-money\t+\ten\tWhat is the bill for all of it?",
        "plan-money\t-\ten\tWho pays for the plan?",
        "plan-money\t-\tes\t¿Quién paga el plan?",
    )
    assert base.load().near_misses == {
        "plan-money": ("Who pays for the plan?", "¿Quién paga el plan?")
    }
    assert base.load().questions == {"plan-money": ("What is the bill for all of it?",)}


@pytest.mark.parametrize(
    "line",
    [
        "plan-money\t-\ten",
        "plan-money\t?\ten\tWho pays?",
        "plan-money\t+-\ten\tWho pays?",
        "plan-money\t-\tfr\tQui paie ?",
        "plan-money\t-\ten\t",
        "plan-money - en Who pays?",
        "",
    ],
)
def test_a_line_of_questions_with_another_form_is_told_with_its_place(base, line):
    file = questions(base, "plan-money\t-\ten\tWho pays for the plan?", line)
    problem = base.the_problem()
    assert (problem.file, problem.line) == (file, 2)
    assert "with tabs between" in problem.what


def test_a_question_for_an_entry_that_is_not_there_is_told_with_its_place(base):
    file = questions(base, "plan-mony\t-\ten\tWho pays for the plan?")
    assert base.the_problem() == Problem(
        file, 1, "no fact or gap has the id 'plan-mony'; mend it or remove the line"
    )


def test_questions_that_are_not_utf_8_are_told(base):
    (base.folder / "questions.tsv").write_bytes("plan-money\t-\tes\t¿Quién?\n".encode("latin-1"))
    assert "UTF-8" in base.the_problem().what


# Follow-ups


def follow_ups(base, *lines: str):
    file = base.folder / "follow_ups.tsv"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def test_follow_ups_are_kept_with_what_was_shown_and_what_answers(base):
    follow_ups(
        base,
        "plan-money\tplan-money\ten\tand in all?",
        "plan-money\t-\tes\t¿y quién lo paga?",
    )
    assert base.load().follow_ups == (
        FollowUp("plan-money", "plan-money", "en", "and in all?"),
        FollowUp("plan-money", None, "es", "¿y quién lo paga?"),
    )


@pytest.mark.parametrize(
    "line",
    [
        "plan-money\t-\ten",
        "-\tplan-money\ten\tand in all?",
        "plan-money\t-\tfr\tet alors ?",
        "plan-money\t-\ten\t",
        "",
    ],
)
def test_a_line_of_follow_ups_with_another_form_is_told_with_its_place(base, line):
    file = follow_ups(base, "plan-money\t-\ten\twhy so little?", line)
    problem = base.the_problem()
    assert (problem.file, problem.line) == (file, 2)
    assert "with tabs between" in problem.what


@pytest.mark.parametrize("line", ["plan-mony\t-\ten\twhy?", "plan-money\tplan-mony\ten\twhy?"])
def test_a_follow_up_with_an_id_that_is_not_there_is_told_with_its_place(base, line):
    file = follow_ups(base, line)
    assert base.the_problem() == Problem(
        file, 1, "no fact or gap has the id 'plan-mony'; mend it or remove the line"
    )


# Messages after an answer


def after_answers(base, *lines: str):
    file = base.folder / "after_answers.tsv"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def test_messages_after_an_answer_are_kept_with_what_was_shown_and_their_kind(base):
    after_answers(base, "plan-money\task\ten\tand in all?", "plan-money\tsmalltalk\tes\tgracias")
    assert base.load().after_answers == (
        AfterAnswer("plan-money", "ask", "and in all?"),
        AfterAnswer("plan-money", "smalltalk", "gracias"),
    )


@pytest.mark.parametrize(
    "line", ["plan-money\task\ten", "plan-money\tchat\ten\thm", "plan-money\task\tfr\tcombien ?"]
)
def test_a_message_after_an_answer_in_another_form_is_told_with_its_place(base, line):
    file = after_answers(base, "plan-money\task\ten\twhy so little?", line)
    problem = base.the_problem()
    assert (problem.file, problem.line) == (file, 2)
    assert "with tabs between" in problem.what


def test_a_message_after_an_entry_that_is_not_there_is_told_with_its_place(base):
    file = after_answers(base, "plan-mony\task\ten\twhy?")
    assert base.the_problem() == Problem(
        file, 1, "no fact or gap has the id 'plan-mony'; mend it or remove the line"
    )
