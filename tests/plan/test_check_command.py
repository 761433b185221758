"""`bot plan check`: what it prints, and its exit code."""

from click.testing import CliRunner

from bot.cli import main

MONEY, YEARS = 1, 2


def plan_check(*options):
    return CliRunner().invoke(main, ["plan", "check", *options])


def test_the_command_is_content_with_a_good_knowledge_base(base):
    result = plan_check("--folder", str(base.folder))
    assert result.exit_code == 0
    assert result.output == "3 facts, 1 gaps, 2 sources, 2 names: all right.\n"


def test_the_command_prints_each_problem_and_exits_with_1(base):
    base["facts", YEARS, "title", "en"] = "a" * 60
    base["facts", MONEY, "sources", 1, "id"] = "papers"
    result = plan_check("--folder", str(base.folder))
    assert result.exit_code == 1
    for problem in base.problems():
        assert f"{problem}\n" in result.output
    assert "2 problems. The assistant will not start before they are mended." in result.output


def test_the_command_prints_problems_of_shape_and_exits_with_1(base):
    base["facts", YEARS, "colour"] = "red"
    result = plan_check("--folder", str(base.folder))
    assert result.exit_code == 1
    assert f"{base.the_problem()}\n" in result.output
    assert "Traceback" not in result.output


def test_the_command_explains_a_folder_that_is_not_there(tmp_path):
    result = plan_check("--folder", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert "plan.yml: can't be read" in result.output


def test_the_shipped_knowledge_base_has_no_problem():
    result = plan_check()
    assert result.exit_code == 0, result.output
    assert "all right" in result.output
