"""Words that only begin like a day, a week or a month: 日报, 周刊, 月饼, 天气. Behind a number they count nothing.

Where 报 is a verb (12日报送, 3月报名) the unit before it stays one.
"""

PAPER = "报(?![送告名警批请到备表修道案销考复价废])|刊(?![登发出印载])|讯"
_GOES_ON = {
    "日": f"{PAPER}|常(?!态)|程|用品|志|均|本(?:国|人(?!员)|语|料理|动|产)|化|照|韩|语",
    "周": f"{PAPER}|末版|边|围|年庆|岁|知|折|旋",
    "月": f"{PAPER}|季(?!度)|饼|嫂|球|亮|台",
    "年": f"{PAPER}|鉴|检|轻|会|货|画|龄|审",
    "时": f"{PAPER}|常|代|尚|政|事|装|刻|评",
    "点": "名|评|赞|击|餐|歌",
    "天": "气|桥(?![面梁])|津|猫|坛|窗|安门",
}
"""What follows the character of a unit where the two are one word."""
BEGUN_WORD = "|".join(f"{unit}(?:{rest})" for unit, rest in _GOES_ON.items())
"""A pattern of the beginnings of such words."""
NO_WORD = "".join(f"(?!(?<={unit})(?:{rest}))" for unit, rest in _GOES_ON.items())
"""Put behind a unit: it does not go on as such a word. Not behind a length in days: 3天气象局… is three days."""
NAMES_OF_DAYS = "头条|说法|[早晚导]报|早间"
"""What goes on behind 今日 and 明日 as a name: 今日头条, 今日早报."""
