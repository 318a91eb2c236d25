# ruff: noqa: E501  (a text is found in the catalogs only in one piece)
"""What the figures say, marked for the catalogs: docstrings are marked by no keyword. A test holds both the same."""

from ivr.web.wording import _

DEFINITIONS = (
    _("Calls that arrived, those turned away at once included."),
    _("Calls that were not even let into the menus: the number is blocked, or had called too often."),
    _("Calls of the interval that are not over: how they end is in no other figure yet."),
    _(
        "How long callers who were answered by a person had been on the phone by then, menus and all, on average."
    ),
    _(
        "The share of calls for which the menus alone were enough: the caller passed a step that is marked as a goal, and asked for nobody. It sums to 100 % with those who gave up in the menus and those who were routed."
    ),
    _("The share of calls that ended in the menus before the caller had come to a goal."),
    _(
        "The share of calls in which the caller asked for a person: the menus led them to a line, a number or a mailbox, whatever they had heard before."
    ),
    _(
        "Containment without the calls of those who had been contained within 24 hours before, and come again."
    ),
    _(
        "Callers who joined a line in the interval; once for each line. Callbacks and agents' own calls are not among them."
    ),
    _("Visits in which an agent and the caller were joined."),
    _("Callers who hung up while they waited, also while an agent was being rung."),
    _(
        "The share of callers who were answered within the target of their queue at that time. Who hung up at once, or left the line another way, does not count against it."
    ),
    _(
        "How long those waited who were answered, on average: music, announcements and ringing included, menus not."
    ),
    _(
        "The share of callers who hung up while they waited, without those who did so at once. More may leave the line in an interval than come: then it is over 100 %."
    ),
    _("How long a conversation kept an agent, on average (AHT)."),
    _("The longest wait of all that ended in the interval, however it ended."),
    _("Callers who hung up within 5 seconds: they may have dialled wrongly."),
    _("Visits that ended neither by an agent nor by hanging up, nor by a fault."),
    _("Callers who left the line by a key of it."),
    _("Callers who left the line to be called back at their turn."),
    _("Callers who had waited as long as one may."),
    _("Callers led out of the line as nobody was there to serve it."),
    _("Callers who still waited when the queue closed, and were led out."),
    _("Callers who were moved to another line while they waited."),
    _("Visits that ended by a fault, of ours or of the line."),
    _("Callers who left the line and then left word."),
    _("Callers who left the line for another one."),
    _("Callers who left the line and were put through to a number."),
    _("Callers who left the line for a menu."),
    _("Callers who left the line, and the hotline said goodbye."),
    _(
        "Callers who did not even get into the line: it was full, closed, or nobody was there. Counted in the interval in which their call arrived."
    ),
    _("Half of those who were answered waited no longer."),
    _("Nine in ten of those who were answered waited no longer."),
    _("Half of all who waited did so no longer, however it ended."),
    _("Nine in ten of all who waited did so no longer, however it ended."),
    _("How long those waited who hung up, on average."),
    _(
        "How long callers who were answered had waited in all lines of their call, on average; talking is not waiting."
    ),
    _("The service level with those counted too who left the line another way."),
    _(
        "The share of callers who were out of the line within target: answered, gone, or promised a callback. More may leave the line in an interval than come: then it is over 100 %."
    ),
    _("The share of answered callers who were answered within target."),
    _("The share of callers who were answered, or hung up, within target."),
    _(
        "The share of all callers who were answered within target; whatever else became of them counts against it. More may leave the line in an interval than come: then it is over 100 %."
    ),
    _(
        "The share of all callers who were answered within 180 seconds; Spain's law asks for 95 %. More may leave the line in an interval than come: then it is over 100 %."
    ),
    _(
        "The share of callers who hung up while they waited, however soon. More may leave the line in an interval than come: then it is over 100 %."
    ),
    _(
        "Conversations with callers, and with those called back, that agents have finished, wrap-up and all. One caller whom two agents served counts twice; an agent who was only asked does not count."
    ),
    _("How long agents talked with a caller, on average, without the time on hold."),
    _("How long a caller was on hold in a conversation, on average over all of them."),
    _("How long agents had to write down what it was about, on average over all conversations."),
    _("How long all conversations kept the agents."),
    _(
        "The transfer rate: the share of conversations from which the agent sent the caller on, asking before or not."
    ),
    _("How often an agent was asked by another one, and did not keep the caller."),
    _("Conversations that agents began by calling somebody."),
    _("How long a conversation that an agent began kept them, on average, from the first ring on."),
    _(
        "The share of answered callers who had not been answered in the same queue in the 7 days before: nobody who comes back was helped the first time. Withheld numbers are left out."
    ),
    _(
        "The share of conversations of which the carrier did not tell that both had joined: they count from the moment in which the agent accepted."
    ),
    _(
        "By how much the wait of answered callers missed the range they were told last, on average; within it by nothing."
    ),
    _("The share of answered callers whose wait was within the range they had been told last."),
    _("Callers who were promised to be called back."),
    _("Promises kept: the caller was reached, and talked with."),
    _("Promises that ended as the caller did not answer, or a voicemail did, at every try."),
    _(
        "Promises that ended without a try being needed: the caller rang again, nobody could ring for days, or somebody of ours called it off."
    ),
    _("How often a caller was rung for a promise, on average."),
    _(
        "How long those who were called back had waited for an agent in all, from their first enqueue on, on average."
    ),
    _("CSAT: the share of ratings that were 4 or 5."),
    _("NPS: how many more would recommend the hotline than warn of it, of a hundred."),
    _("The share of callers who said that it was solved."),
    _("The share of surveys of which the caller answered a question at least."),
    _(
        "The share of the time in which agents were busy, of that in which they were busy or free; ringing is neither."
    ),
    _("The share of offers that the agent accepted; those do not count that no agent could have."),
    _("Offers that rang out: the agent was rung, and did nothing."),
    _("Callers offered to agents, once for each offer."),
    _("Offers that the agent accepted."),
    _("Offers that the agent declined."),
    _("Offers that ended as the caller hung up meanwhile; no agent is to blame."),
    _("Offers that were taken back: another agent was quicker, or the phone never rang."),
    _("The share of the time signed in that agents were busy or free for callers."),
    _("How long agents were signed in, breaks included."),
    _("How long agents were ready, with nothing to do and nobody offered."),
    _("How long agents were on break."),
    _(
        "Calls in which the step was passed with this choice; each counts once, however often it was. There is no sum of it: who came through two steps is one caller."
    ),
    _("How often callers went through the step with this choice; each pass counts."),
    _("Passes that ended by this key."),
    _("Passes that ended as the caller was silent once too often."),
    _("Passes that ended as the caller pressed a wrong key once too often."),
    _("Passes in which the caller hung up."),
    _("Passes that went on by themselves: it was said, looked up, put through."),
)
