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
_MEASURES = {
    "名": "[单额义字]",
    "个": "[别案体性]",
    "位": "[置于]",
    "家": "[长委属庭里人]",
    "条": "[件例]",
    "件": "",
    "例": "[会如行]",
    "起": "[因草诉始码初拟]",
    "台": "[风账长]",
    "辆": "",
    "处": "[理置分罚室长于方境]",
    "只": "[有能是要剩]",
    "间": "[接隔]",
    "份": "[内额]",
    "部": "[门署长委级]",
    "批": "[示准复评办]",
    "次": "[日要]",
    "元": "[旦素]",
    "万": "[一能]",
    "级": "[别]",
    "班": "[子主]",
    "栋": "",
    "幢": "",
    "楼": "",
    "户": "[外籍主]",
    "层": "[面级]",
    "所": "[以有属在]",
    "校": "[方长园医领党内外]",
    "路": "[面段口灯]",
    "张": "[校老主书贴]",
    "本": "[校院局部人周月日报次]",
    "套": "",
    "根": "[据本源]",
    "块": "",
    "片": "[区面]",
    "排": "[查除放污]",
    "棵": "",
    "株": "",
    "盏": "",
    "扇": "",
    "箱": "",
    "袋": "",
    "瓶": "",
    "桶": "",
    "盒": "",
    "碗": "",
    "人": "[员民事社]",
    "岁": "",
    "米": "[饭粉]",
    "斤": "",
    "公斤": "",
    "公里": "",
    "吨": "",
    "倍": "",
    "封": "[存闭控]",
    "笔": "[录者]",
    "宗": "[旨]",
    "桩": "",
    "项": "[目]",
    "组": "[织长]",
    "队": "",
    "支": "[付持部书]",
    "口": "[头径述]",
    "头": "",
    "匹": "",
    "期": "[间末中待]",
    "届": "",
    "场": "[地所馆]",
    "趟": "",
    "遍": "",
    "段": "",
    "座": "[谈]",
    "艘": "",
    "架": "",
    "枚": "",
    "双": "[方]",
    "节": "[日约假]",
}
"""Words that count things (量词), each with what follows where it only begins another word: 处理, 部门, 起因."""
MEASURED = "|".join(f"{word}(?!{rest})" if rest else word for word, rest in _MEASURES.items())
"""What follows a number that counts: 12 名学生, 1 台空调, 2 例腹泻."""
