"""Words of complaint in what the public writes, in Chinese and in English, by what is complained of."""

import re

from handlers.rules.lazy_pattern import LazyPattern

_MONEY = (
    r"收(?:了|受|取|过|着)?[^，。,;；\n]{0,6}(?:钱|礼|红包|好处|贿|回扣|购物卡|烟酒)|索要|索贿|受贿|行贿|贿赂|贪污|贪腐|贪钱|捞钱|腐败|"
    r"回扣|红包|好处费|提成|吃拿卡要|吃请|公款|挪用|侵吞|侵占|私吞|私分|截留|克扣|套取|虚报|冒领|小金库|乱收费|多收|强买"
)
_FAVOUR = (
    r"亲戚|亲属|小舅子|大舅子|侄子|侄女|外甥|姐夫|妹夫|连襟|老婆|情人|裙带|关系户|内定|走后门|开后门|打招呼|以权谋私|徇私|围标|串标|"
    r"量身定|利益输送|权钱|滥用职权|包庇|袒护|偏袒|纵容|护短|当保护伞|吃空饷|挂名"
)
_NEGLECT = (
    r"不作为|乱作为|慢作为|懒政|失职|渎职|玩忽|推诿|推脱|踢皮球|扯皮|敷衍|糊弄|应付了事|不管|不理|不闻不问|不处理|不解决|没人管|无人管|"
    r"不回复|不答复|装聋作哑|视而不见|失联|擅离|脱岗|旷工|迟到|早退|睡觉|玩手机|打麻将|喝酒|酗酒|酒驾|醉酒|赌博|嫖"
)
_HARM = (
    r"辱骂|谩骂|骂|打人|打了|打学生|打孩子|打我|打伤|殴打|动手|体罚|扇|踢|掐|虐待|侮辱|羞辱|歧视|骚扰|猥亵|强奸|性侵|摸|威胁|恐吓|"
    r"报复|欺负|欺压|刁难|勒索|敲诈|诈骗|骗|强迫|强制|逼|霸道|嚣张|蛮横|粗暴|粗鲁|傲慢|耍官威|官僚|恶劣|态度(?!(?:很|挺|非常|十分|真|都)*(?:好|和蔼|端正|认真|诚恳))"
)
_FALSE = (
    r"违规|违纪|违法|犯罪|造假|作假|弄虚作假|伪造|篡改|舞弊|泄题|泄露|抄袭|学术不端|隐瞒|瞒报|谎报|撒谎|说谎|掩盖|压下来|压着|删帖|删[^，。,;；]{0,6}(?:评论|留言|跟帖)|"
    r"(?:评论|留言|帖子?)(?:全|都|给)?(?:被|全|都)?删|屏蔽|拉黑|"
    r"有偿补课|补课收|办补习班|出轨|婚外情|作风问题|公车私用|黑心|黑幕|猫腻|坑人|坑害"
)
_DEMAND = (
    r"投诉|举报|控告|检举|揭发|曝光|揭露|实名|状告|告发|严查|彻查|查处|严惩|下台|撤职|免职|开除|处分|问责|追责|讨(?:个|要)?说法|"
    r"不公|不满|意见很大|有问题|的问题|存在问题|该查|查一查|查查|反映.{0,12}问题"
)
_ENGLISH = (
    r"\b(?:brib\w*|corrupt\w*|misconduct|negligen\w*|rude\w*|abus\w*|harass\w*|assault\w*|hits?|beat\w*|slap\w*|stole|"
    r"steal\w*|embezzl\w*|kickbacks?|nepotis\w*|relatives?|brother-in-law|"
    r"(?:takes?|took|taking|accept\w*|demand\w*) (?:\w+ ){0,2}"
    r"(?:money|cash|gifts?|bribes?)|cover\w* up|ignor\w*|refus\w*|threat\w*|lie[sd]?|lying|fraud\w*|cheat\w*|"
    r"discriminat\w*|bull(?:y|ies|ied|ying)|accus\w+|complain\w*|expos\w+|insult\w*|shout\w*|yell\w*|incompeten\w*|unfair\w*|"
    r"delet\w* (?:\w+ ){0,2}(?:comments?|posts?)|block\w* (?:me|us|parents?)|drunk|drinking|does nothing|did nothing|"
    r"report(?:ed|ing)? (?:on )?(?:mr|mrs|ms|dr|principal|director|head|vice|deputy|the)|"
    r"investigat\w+|resign|sacked|fired|misus\w+|favou?rit\w+)\b"
)
_NO_LATIN = r"(?=[^\x00-\x7f])"
"""A quick check: the Chinese words begin with no letter of English prose."""
COMPLAINT = LazyPattern(
    rf"{_NO_LATIN}(?:{'|'.join((_MONEY, _FAVOUR, _NEGLECT, _HARM, _FALSE, _DEMAND))})|{_ENGLISH}", re.IGNORECASE
)
OF_A_DEPARTMENT = LazyPattern(
    rf"{_NO_LATIN}(?:{'|'.join((_MONEY, _FAVOUR, _NEGLECT, _HARM, _FALSE))})"
    r"|\b(?:brib\w*|corrupt\w*|misconduct|negligen\w*|rude\w*|abus\w*|cover\w* up|ignor\w*|refus\w*|fraud\w*|"
    r"cheat\w*)\b",
    re.IGNORECASE,
)
"""What is said of a department itself; demands such as 举报 may be about anything that it is to look into."""
AGAINST = (
    r"(?:投诉|举报|控告|检举|揭发|曝光|揭露|状告|告发|严查|彻查|查处|严惩|实名反映|"
    r"complain(?:t|ts|s|ed|ing)? (?:about|against|of)|accus\w+|expos\w+|report(?:ed|ing)?|investigate)"
)
"""Verbs whose object is complained of: 投诉总务处."""
PRAISE = LazyPattern(
    r"(?<!不)(?:感谢|谢谢|多谢|表扬|点赞|好评|称赞|赞扬|夸|致敬|辛苦|热心|暖心|热情|耐心|敬业|负责任|认真负责|优秀|"
    r"修好|解决了|拾金不昧|👍|帮(?:助|忙|我|了)|及时(?:处理|回应|解决))|"
    r"\b(?:thank\w*|prais\w+|kudos|grateful|helpful|helped|fixed|repaired|great job|well done)\b",
    re.IGNORECASE,
)
