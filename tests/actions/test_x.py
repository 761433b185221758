async def test_x(talk, charla, on):
    async def show(t, *a, **k):
        await t.say(*a, **k)
        print(
            ">>>",
            a[0],
            "|",
            t.status,
            t.facts,
            t.buttons,
            "\n   ",
            t.text[:300].replace("\n", " / "),
        )

    await show(talk, "what are the five pillars?", "ask_pillars")
    await show(talk, "the second one", "pick")
    await show(talk, "tell me more", "more")
    await show(talk, "say it simpler", "simpler")
    await show(talk, "say that again", "again")
    await show(talk, "who led the plan?", "ask_who")
    await show(talk, "and when did he leave?", "ask_when")
    for q in [
        "money",
        "chief",
        "the office",
        "dates",
        "final version",
        "the deadline",
        "budget",
        "the officer",
    ]:
        await show(talk, q, "ask_plan", 0.3)
    await show(talk, "how many police cars does the city own?", "ask_figures", 0.7)
    await show(talk, "what is the weather?", "out_of_scope")
    await show(talk, "the plan wastes our money", "opinion")
    await show(talk, "yes", "affirm")
    for d in [
        "2018-01-15",
        "2018-02-20",
        "2018-03-16",
        "2018-03-17",
        "2019-06-01",
        "2023-12-31",
        "2026-11-23",
    ]:
        on(d)
        for t in (talk, charla):
            t.slots = {}
            print(d)
            await show(t, "what is next?", "ask_next")
            await show(t, "can I still comment?", "ask_window")
            await show(t, "when were comments due?", "ask_when")
