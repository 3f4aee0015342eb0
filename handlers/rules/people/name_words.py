"""Words that look like names in Chinese prose: what stands around a name shows whether it is one.

All characters are simplified; compare with `handlers.rules.language.folding.normalize`.
"""

from handlers.rules.lazy_pattern import LazyPattern

SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林郭马罗梁宋郑韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "姜范石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易武乔贺赖龚褚卫施严喻柏窦章葛韦俞鲍岑倪滕殷"
    "毕邬齐伍祁贝臧庞纪舒屈项祝阮蓝闵季娄童颜梅骆樊霍虞柯莫裘缪"
)
"""Frequent surnames, without those that are mostly other words (于, 何, 任, 方, 高)."""
DOUBLE_SURNAMES = (
    "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "端木",
)  # fmt: skip


def _by_first(table: str) -> dict[str, str]:
    """Return a table of blank-separated rows: a character, then the characters that it goes with."""
    return {row[0]: row[1:] for row in table.split()}


ENDS_A_WORD = _by_first("""
    钱收交花退出捐掏罚借欠还拿贪挣赚塞价零省有没少块元现点笔加本工饭餐押金多付骗值存取分凑
    周上下本每这一两二三四五六七八几单双多首末整半近 王国霸帝女魔 李行桃 孙子祖外曾重儿
    张一两几三四五多纸紧慌开 任主责担信委班升历前时连离
    于由关对属等在至处终位出善便敢勇限急利忠用高低大小多少基介鉴过源同致 何任如为几奈
    文语英作中外论课公全原发行 史历 乐音快 方校地对多双官警各某甲乙后前军药厂院局上下 高提很太更最较升
    马骑车 时当同有按及准随平临小学课到那这此 常经非日通正平异反时 成完变造组达分养做形赞
    明说证声表申透文照公 单名清账订菜传罚简床 金资基奖押现罚租税公 白明表空坦 卫保安警护防守 温体高保气
    花校开 夏华 段阶时学路 程过课工教流章日进 路马道公 管主保城监不没尽 解了理讲 房厨住教楼 连接
    章规违公文 康健小 安保公治平 平水公 应反供响相 关相有无机开海 余其业剩多 许允也或准 顾照 施措实设
    计会设统合估 包书红面承 严庄尊森 曾未不 江长 季一二三四旺淡夏春秋冬 田农 石岩 钟分点秒时
    项事一这各几某专强 纪年世违党法经 范师防规模示 傅师 易容贸交简 贺祝 祝庆 童儿 屈委 丁园 林园森
    叶树茶 苏江 蓝天 万十百几 陆大登
""")
"""For a surname the characters before it with which it makes a word: 由于老师, 每周老师, 收钱校长."""

BEGINS_A_WORD = _by_first("""
    强调行制烈迫化大硬势者项度 明白显确天年知星 平时均台安常等板 华人侨为 军人训队区 国家庆内外际
    文化件明章字 建议设立筑 伟大 红包色 志愿 新闻的生建 高中考校度兴 海报外关 东西部方 光荣顾明 亮相灯
    勇敢气 晓得 敏感捷 静静下 杰出 超过市级时标 刚才刚好 学校生习期费 春天节游季 成绩立为功 立即刻马
    民工警众生办 永远 正在式确常好 安全排静保 生活气病产 长期时大 清楚洁 健康身 利用益息 飞机 林业
    通知过报 和平谐 德育国 进行入 发现生布 向来 全部校体 会议 星期 云南
""")
"""For the last character of a name of two the characters with which it makes a word: 王强调, 李明天."""
STILL_A_NAME = LazyPattern(r"行贿|调(?:走|离|戏|包|换|岗)|明知|天天|平时|平日|刚刚|发(?:火|脾气)|正在|常年|长期")
"""What begins with such a character and is a word of its own behind a name: 王强行贿."""

_WORDS = """
    万一 严格 严肃 严重 乐园 于是 任何 任务 任意 何况 何时 全体 全部 关于 关心 关系 关键 包子
    包括 单位 单独 古代 向上 周到 周围 周期 周末 周边 和平 和谐 喜欢 夏天 季节 安全 安排 安装
    安静 左右 常常 常用 常见 平安 平常 平时 应当 应该 康健 张贴 强制 强大 强烈 快乐 成功 成立
    成绩 成长 房子 房屋 房间 支付 文件 文化 文明 方便 方向 方案 方法 施工 施行 时候 时常 时间
    明白 易碎 曾经 李白 林业 武术 段落 水果 江山 江湖 汤圆 温度 温暖 牛奶 田野 白云 白天 白色
    相关 石头 石油 祝福 程序 程度 章程 童年 管理 米粉 米饭 红包 花园 蓝天 解决 解释 计划 计算
    许多 谢谢 路口 路边 路过 车位 车辆 连接 连续 金融 金额 钱包 雷雨 项目 马上 马路 高中 高兴
    高峰 高度 高校 高考 黄色 黄金 龙头
"""
WORDS = frozenset(_WORDS.split())
"""Frequent words that are names as well: they mean a person only before a title (高兴老师)."""

CITIZEN_BEFORE = LazyPattern(
    r"(?:学生|同学|家长|市民|网民|网友|居民|业主|村民|患者|病人|考生|乘客|顾客|群众|孩子|儿子|女儿|小朋友|邻居|我叫|名叫|我是|本人|诗人|歌手|演员|作家|"
    r"(?:反映|举报|投诉|留言|联系|申诉|诉求|来电|来信)(?:人|者)(?:姓名)?[::]?)$"
)
CITIZEN_AFTER = LazyPattern(
    r"(?:同学|小朋友|小同学|学生|家长|妈妈|爸爸|母亲|父亲|奶奶|爷爷|的(?:家长|妈妈|爸爸|母亲|父亲|作业|座位|成绩|学籍|诗))"
)
"""Words beside the name of somebody from the public, such as a pupil of the same name as a colleague."""
