"""What the made-up couple writes. Invented, ordinary, and short."""

GOOD = [
    "You hummed while you cooked.", "Half an hour that became two.", "The tea was there when I came down.",
    "You waited at the corner.", "We laughed about the lamp.", "The long way home.",
    "You asked how the call went.", "Soup, and nobody said much.", "The kitchen smelled of oranges.",
    "You left the light on for me.", "We finished the crossword.", "Your hand, for a moment, at the crossing.",
    "The neighbours’ cat sat between us.", "You said it before I had to ask.", "Rain, and the window open.",
    "We put the shelf up. It holds.", "You slept in. I liked the quiet.", "A good silence in the car.",
    "You remembered the appointment.", "The photograph you found.",
]  # fmt: skip

# The lines of the plan, as typed into their forms.
LINES: dict[str, dict[str, str]] = {
    "halfhour": {
        "what": "Half an hour together, phones in the hall",
        "when": "After supper, most days",
        "why": "It is the part of the day I would keep.",
        "missed": "The next evening, without counting.",
    },
    "card": {
        "when": "I go quiet and look away",
        "please": "sit with me and don’t ask",
        "rather_not": "Asking what is wrong",
    },
    "words": {
        "word1": "close by",
        "word2": "company",
        "word3": "some room",
        "word4": "alone for a while",
        "near": "The sofa, and no questions",
        "far": "An hour, and then tea",
    },
    "pause": {
        "say": "“Pause”, or a hand laid flat on the table",
        "lasts": "m20",
        "where": "One of us to the kitchen, one for a walk",
        "again": "caller",
    },
    "thursday": {
        "what": "Questions about the past wait for Thursday",
        "who": "me",
        "why": "Then they get an answer, and the other evenings get to be evenings.",
        "know": "They are written down until then.",
        "both_see": "on",
    },
    "letter": {
        "what": "I tell you the same day if R. writes",
        "who": "me",
        "why": "So that you don’t have to wonder.",
        "own_space": "What I think about it, and whom I talk it over with.",
        "know": "I say it in person, in a sentence.",
        "about": "on",
    },
    "phones": {
        "what": "Our phones stay in the hall from 22:00",
        "who": "both",
        "why": "The last hour is ours.",
        "own_space": "What is on them.",
        "know": "They lie in the hall.",
        "both_see": "on",
    },
    "sunday": {"what": "Sunday is for planning the week", "when": "Sundays before lunch"},
    "mornings": {"what": "I bring you coffee before I leave", "who": "me", "why": "A small thing to begin with."},
    "travel": {
        "what": "On work trips I call when I am in my room",
        "who": "me",
        "own_space": "The rest of the evening.",
        "know": "The phone rings.",
        "about": "on",
    },
    "late": {"what": "No talking about it after 21:00", "who": "both", "know": "We say “tomorrow”, and mean it."},
    "calendar": {"what": "We share one calendar", "who": "both"},
    "coffee": {
        "what": "I make the morning coffee and we have ten minutes before work",
        "who": "me",
        "why": "I would rather start the day than end it with each other.",
    },
    "twice": {"when": "I ask the same thing twice", "please": "answer it again, in the same words"},
}

# Week by week: what each notices, feels and needs.
MARA = [
    (
        "You came to the table without your phone.",
        "Wary, and a little relieved.",
        "To hear in the morning what the evening looks like.",
    ),
    (
        "You answered the question a second time without sighing.",
        "Tired of asking.",
        "One evening this week where you bring it up first.",
    ),
    (
        "You stood in the doorway while I was crying.",
        "Alone in the room with you in it.",
        "That you sit down, also when you have no words.",
    ),
    (
        "You wrote from the train before I looked at the clock.",
        "Lighter for about an hour.",
        "More of exactly that.",
    ),
    (
        "We had four days without the subject.",
        "Rested, and guilty about it.",
        "To say out loud that rest is allowed.",
    ),
    (
        "You told me about R. at lunch and not at midnight.",
        "Angry, and glad I knew.",
        "A walk, before we talk on.",
    ),
    ("You made the appointment with Dr Okafor.", "Surprised.", "That it stays in the calendar when work is loud."),
    (
        "I asked the same thing twice and you said it twice.",
        "Calmer than I expected.",
        "To not be told I should be further along.",
    ),
    (
        "You didn’t leave when I raised my voice.",
        "Ashamed of the voice, not of the question.",
        "Twenty minutes, and then you come back.",
    ),
    ("You laughed, and I laughed, and it was the same joke.", "Hopeful, carefully.", "A Saturday without plans."),
    (
        "On Wednesday you put the phone in the hall before I came in.",
        "Hopeful.",
        "To hear in the morning what the evening looks like.",
    ),
    ("You asked what I would like to keep.", "Curious.", "Time to think about that question."),
]
JONAS = [
    ("You went to bed without saying good night.", "Ashamed.", "One sentence, also a short one."),
    (
        "You asked at breakfast and I was late for work.",
        "Cornered, then sorry for feeling so.",
        "A time for the questions, so that I can be there for them.",
    ),
    (
        "You cried and I did not know where to put my hands.",
        "Helpless.",
        "To be told whether to stay close or go.",
    ),
    ("You sent me a heart at noon.", "Moved, and afraid to lean on it.", "A day where that is not a test."),
    ("You slept through, the first time in weeks.", "Quiet inside.", "Nothing. I wanted to say it."),
    (
        "You listened to the end when I told you.",
        "Scared before, relieved after.",
        "That telling stays better than waiting.",
    ),
    ("We sat in the car for ten minutes after the session.", "Tired in a good way.", "To do that again."),
    ("You said “not yet”, and not “never”.", "Hopeful.", "To know it if that changes."),
    (
        "You raised your voice and then you came to find me.",
        "Shaken.",
        "A word we both use when it gets too loud.",
    ),
    ("You put your feet on my chair.", "At home.", "One evening this week where we don’t talk about it."),
    ("You left the hall light on.", "Grateful.", "One evening this week where we don’t talk about it."),
    (
        "You asked about my week before you told me yours.",
        "Seen.",
        "To ask you the same, and have you answer long.",
    ),
]

REPLIES = [
    ("understood", "That the mornings are the hard part, and not the evenings."),
    ("try", "I’ll tell you at breakfast what the evening looks like."),
    ("until", "I need until the weekend for that one."),
    ("understood", "That you wanted me to stay in the room."),
]
HEARD = [
    "That it was never about the phone.",
    "I was braced for something else.",
    "She thanked me. I nearly read past it.",
    "Two evenings in a row that we saw the same way.",
]
LATER = "We did take that walk. It helped."
