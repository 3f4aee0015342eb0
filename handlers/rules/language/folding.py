"""Normalize text character by character, so that positions stay the same: width, then traditional characters.

Characters that nobody sees are dropped first, by `visible`: a word is the same word with a zero-width blank in it.

Only for reading; what people wrote is stored as it is. The traditional characters are those of the commands, of words
beside them (units, departments, results), of names, and of complaints; others stay as they are.
"""

import unicodedata

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.text_cache import text_cache

_PAIRS = (
    "簽签籤签復复覆复複复擬拟發发佈布駁驳辦办結结請请轉转給给類类別别實实續续報报進进總总熱热級级為为爲为麼么"
    "個个時时間间線线據据單单牽牵頭头協协併并並并誤误銷销啟启啓启備备註注權权處处長长學学務务衛卫財财後后號号"
    "條条無无異异準准規规遲迟兩两週周點点鐘钟體体檢检測测屬属認认臺台賬账帳账幫帮說说記记錄录還还開开關关讓让"
    "問问題题謝谢來来對对沒没現现將将馬马應应該该導导領领書书員员傳传責责錯错動动內内幾几過过裡里裏里電电話话"
    "質质見见調调徵征詢询職职師师隊队會会計计術术園园區区縣县鄉乡鎮镇醫医護护廳厅環环監监組组紀纪紅红網网絡络"
    "證证審审確确閱阅讀读評评論论華华滿满漲涨達达須须項项難难雙双際际標标隨随陽阳陰阴強强張张劉刘陳陈楊杨趙赵吳吴"
    "鄭郑馮冯蔣蒋孫孙錢钱暫暂緩缓議议訴诉諮咨贊赞專专萬万億亿歸归們们這这樣样誰谁嗎吗盡尽儘尽緊紧"
)
_INVISIBLE = LazyPattern(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Format characters: zero-width and joining, directions, soft hyphens, variation selectors, fillers, tags."""
_NAMES_AND_COMPLAINTS = (
    "偉伟麗丽蘭兰國国軍军東东龍龙鳳凤瓊琼瑩莹蓮莲藝艺蘇苏葉叶許许鄧邓蕭萧鄒邹鐵铁銘铭鋒锋鋼钢錦锦賈贾賴赖龔龚顧顾羅罗"
    "韓韩魯鲁鍾钟閻阎譚谭陸陆湯汤邁迈聶聂盧卢藍蓝龐庞嚴严喬乔倫伦傑杰儀仪優优興兴勝胜勁劲勛勋勵励歡欢潔洁濤涛澤泽瀾澜"
    "煒炜爾尔瑋玮瑤瑶寧宁巖岩嵐岚廣广愛爱慶庆懷怀戰战揚扬曉晓曄晔暉晖暢畅楓枫榮荣樂乐樹树橋桥歐欧穎颖競竞筆笔繼继維维"
    "綺绮緯纬聖圣聰聪艷艳蘊蕴誠诚詠咏賢贤賓宾軒轩輝辉遠远鈞钧銳锐雲云韻韵飛飞驥骥駿骏鴻鸿鵬鹏鶴鹤鷹鹰齊齐祿禄禎祯禮礼"
    "範范諸诸閔闵項项顏颜駱骆費费畢毕鄔邬諾诺義义貴贵賀贺黃黄呂吕貪贪賄贿賂赂舉举詐诈騙骗罵骂毆殴虧亏濫滥瀆渎違违親亲"
    "賭赌態态惡恶諉诿節节虛虚騷骚擾扰罰罚脅胁嚇吓懲惩補补課课購购採采縱纵瞞瞒隱隐偽伪敗败濟济廠厂飯饭館馆樓楼車车門门"
    "閉闭歲岁遺遗棄弃價价賠赔償偿權权貨货債债賣卖買买訓训練练絕绝氣气勢势聽听覺觉"
)
_ALL = _PAIRS + _NAMES_AND_COMPLAINTS
_OLD = dict(zip(_ALL[::2], _ALL[1::2], strict=True))


def visible(text: str) -> str:
    """Return the text without format characters, which change no word that people see."""
    return _INVISIBLE.sub("", text)


class _Normalization(dict[int, str]):
    """The normal form of each character, computed at its first use."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        wide = unicodedata.normalize("NFKC", char)
        self[code] = _OLD.get(char, wide if len(wide) == 1 else char)
        return self[code]


_NORMALIZATION = _Normalization()


@text_cache(64)  # every handler reads the same words
def normalize(text: str) -> str:
    """Return the text in half width and simplified characters, of the same length."""
    return text.translate(_NORMALIZATION)
