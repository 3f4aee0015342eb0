"""Sentences that people put behind 办结 or `resolve`: SHAM says that nothing was done yet, HONEST what was done."""

from itertools import product


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", " ").split("|") if part.strip())


SHAM = _listed("""
还要两天 | 明天办 | 正在处理 | 等领导 | 不行 | 错了 | 怎么弄 | 要什么材料 | 的时候叫我 | in progress | 整改中 |
整改未完成 | 已整改一半 | 整改：下周完成 | 整改：明天开始 | 整改通知已下 | 暂时无法整改 | 已联系网站删除该帖 |
高度重视，将加强管理 | 已责成相关部门 | 已责成相关部门处理 | 整改 | 整改： | remedied | 整改：好了 | 好了 | 办好了 |
完事 | 搞定 | 没问题了 | ok | done | fixed | 已答复 | 已回复 | 已整改 | 整改完毕 | 已解决 | 已处理 |
问题已全部整改到位 | 已按要求整改完毕 | 已采纳 | 已转办 | 已澄清 | 整改：已自查 | 整改：没有问题 | 整改：已处理 |
谢谢 | 收到 | 好的 | 明白 | 还没好 | 没有 | 等检测报告 | 等检测结果出来 | 还在等供货商 | 下周一更换 | 本周内完成 |
月底前整改到位 | 三天后公布结果 | 预计12月5日前完成 | 计划下周施工 | 已安排下周更换 | 已定于明天整改 |
已约好明天来修 | 正在更换供货商 | 供货商更换中 | 筛网已更换80% | 完成了一半 | 初步完成整改 | 基本整改到位 | 快好了 |
差不多了 | 还差一点 | 部分路段已修复 | 已启动整改 | 已开始更换 | 已送检 | 已报修 | 已部署整改 | 已研究 | 已开会研究 |
已召开专题会议研究部署 | 已约谈供货商 | 已要求供货商整改 | 已通知物业处理 | 已联系厂家维修 | 已上报领导 |
已向领导汇报 | 已移交保卫处 | 转交有关部门处理 | 已派单 | 已安排专人负责 | 由物业负责维修 | 举一反三，加强管理 |
进一步加强监管 | 今后加强巡查 | 严肃处理 | 认真整改 | 深刻反思 | 引以为戒 | 帖子已删除 | 该帖已下架 | 已删帖 |
已屏蔽相关评论 | 已联系平台下沉 | 对方已撤帖 | 已协调网站删除 | 让他删了帖子 | 已封号 | 不整改 | 拒绝整改 | 没整改 |
未整改 | 尚未答复 | 还没回复 | 无法解决 | 没法修 | 目前不具备条件 | 没钱修 | 修不了 | 办不了 | 何时能办 |
什么时候能好 | 要不要公开 | 可以吗 | 能办结吗 | 为什么不能办结 | 谁来办 | 再给两天 | 多给两天 | 宽限几天 |
请给点时间 | 再等等 | 先这样吧 | 尽快办理 | 马上处理 | 抓紧整改 | 我们会整改的 | 学校会处理的 | 我去看看 |
准备更换供货商 | 打算换一家 | 争取本月解决 | 力争年底完成 | 拟更换供货商 | 将更换供货商 | 将于明日更换筛网 |
承诺三日内整改 | 保证整改到位 | 答应更换 | 整改方案已制定 | 已制定整改方案 | 已列入日程 | 正在走流程 | 审批中 |
采购中 | 招标中 | 施工中 | 调查中 | 核实中 | 待核实 | 待领导批示 | 待验收 | working on it | will be fixed |
will fix it tomorrow | not yet | half done | almost done | being repaired | supplier to be replaced |
passed on to the department | asked the supplier to fix it | the post was deleted | removed the post | answered |
answered the public | all done | it is fixed | we take it seriously | management strengthened | started repairs |
waiting for the lab | how do I close this? | what documents | two more days | next week | cannot be fixed |
repair failed | looking into it | remedied: soon | fixed: tomorrow | 50% done | first part finished |
we plan to replace the sieve | notice has been sent | the relevant department was informed | 我在办 | 我来办 |
交给我 | 放心 | 会处理好的 | 一定办好 | 已高度重视此事 | 领导已批示 | 领导说可以了 | 领导让办结 | 请办结 | 麻烦办结 |
先办结 | 可以办结了 | 同意办结 | 不用管了 | 算了 | 没人问了 | 热度已过 | 已平息 | 舆情已平息 | 没人再投诉 |
网友没再发 | 对方没再来 | 无人跟帖 | 截至目前无新增 | 超期了先结 | 到期了 | 赶紧结了吧 | 考核要到了 | 今天必须办结 |
系统自动办结 | 测试 | 1 | …… | 。 | 嗯 | 啊 | 👍 | [抱拳] | 如上 | 同上 | 见附件 | 详见附件 | 见回复 | 按领导意见办 |
按规定处理 | 依法依规处理 | 依规处置 | 已妥善处置 | 已妥善处理 | 已依法处理 | 已做好解释工作 | 已做好安抚工作 |
已回访 | 已跟帖 | 情况属实 | 属实，整改 | 属实 | 不属实 | 已核实 | 经核实 | 已了解情况 |
经了解情况属实，已安排专人整改 | 已派人到现场 | 已派人查看 | 人已到现场 | 师傅明天到 | 配件已订购，到货即换 |
配件在路上 | 等配件 | 缺配件 | 预算未批 | 资金未到位 | 已列入明年预算 | 列入明年计划 | 明年解决 | 下学期再说 |
放假再修 | 已纳入整改台账 | 已建立整改台账 | 已下发整改通知书 | 已下达限期整改通知 | 限期三日整改 | 责令立即整改 |
已督促商户整改 | 商户答应整改 | 厂家承诺更换 | 对方同意退款 | 协商一致，三天内退款 | 已达成一致，周五付款 | 待付款 |
待公示 | 拟公示 | 公示中 | 正在公示 | 材料已报批 | 已报区教育局审批 | 已请示上级 | 已提交申请 | 暂停使用，待检修 |
已暂停，等通知 | 临时处理一下 | 先用胶带粘了 | 基本解决 | 大部分已解决 | 多数已更换 | 仅剩两处未修 | 只剩最后一步 |
还差验收 | 已完成80% | 完成了七成 | 完成大半 | 进展顺利 | 稳步推进 | 有序推进中 | 全力推进整改 | 整改工作有序开展 |
积极整改 | 立行立改 | 即知即改 | 马上就好 | 很快就好 | 今晚搞定 | 今天下班前办好 | 下午就去 | 一会儿就修 |
稍后回复家长 | 回头答复 | 会回复的 | 准备回复 | 拟回复 | 答复稿已拟好 | 答复稿待审 | 已送审 | 审核中 |
领导审核通过后发布 | 已发领导 | 已发群里 | 已告知同事 | 转王强 | @王强 处理 | 请王强办理 | 请教务处牵头 |
不归我们管 | 不是我们的事 | 应由物业负责 | 属于总务处职责 | 建议转教务处 | 已退单 | 与我处无关 | 整改了 | 改了 |
修了 | 换了 | 弄了 | 搞了 | 处理了 | 解决了 | 答复了 | 都好了 | 全好了 | 已全部完成 | 全部整改完成 | 圆满完成 |
完成整改任务 | 整改工作已完成 | 整改率100% | 销号 | 已销号 | 闭环 | 已闭环管理 | 结案归档 | 归档 | 按时办结 |
如期办结 | done and dusted | all good | sorted | completed | closed | remedied fully | it has been handled properly |
the matter was dealt with | issue resolved | problem solved | case closed | everything is fine now |
no more complaints | the post is gone | comment hidden | asked the platform to remove it | we will reply soon |
reply drafted | reply being reviewed | waiting for approval | the leader approved | ask Wang | Wang will do it |
to be decided | under discussion | in hand | on it | soon | ASAP | later today | tonight | tomorrow morning |
by Friday | within three days | needs two more days | need parts | parts ordered | no budget | not our job |
it is the contractor's job | the contractor promised to repair it | the supplier agreed to replace it | plan made |
investigation started | under investigation | partially repaired | mostly fixed | nearly finished |
90 percent complete |
整改到位 | 正在整改 | 部分整改 | 基本整改 | 拟整改 | 限期整改 | 已责令整改 | 要求整改 | 督促整改 | 计划整改 |
无需整改 | 再说 | 马上 | 尽快 | 处理中 | 跟进中 | 研究中 | 已安排 | 已部署 | 已布置 | 已列入计划 | 已上报 |
已转相关部门 | 已转教务处 | 已通知食堂 | 已提醒 | 已批评教育 | 高度重视 | 领导高度重视并作出批示 | 加强管理 |
举一反三 | 今后注意 | 下不为例 | 持续关注 | 密切关注 | 好 | 行 | 可以了 | 完了 | 结束 | 没事了 | 没问题 | 无 |
略 | 如题 | ... | 已让家长撤帖 | 已屏蔽 | 已举报该帖 | 发帖人已撤回 | 热度已下降 | 没人关注了 | 家长没再说 |
查无此事 | 系误会 | 已解释 | 已沟通 | 已说明情况 | 已反馈 | 口头答复 | 电话已回 | 问题不大 | 可能好了 | 应该好了 |
大概处理完了 | 初步解决 | 暂时解决 | 等通知 | 验收后办结 | 争取明天完成 | 力争本周解决 | 会尽快解决 |
准备更换筛网 | 打算换供货商 | 拟于下周更换筛网 | 将更换筛网 | 更换筛网中 | 更换筛网了吗 | 是否已更换筛网？ |
没有更换筛网 | 还没换筛网 | 未换 | 不用换 | 如果家长再投诉就更换筛网 | 需要更换筛网 | 建议更换筛网 |
同意更换筛网后办结 | 王强说已更换筛网吧 | 转教务处办理 | 请教务处处理 | 已交代 | 已叮嘱 | 已知会 | 已关照 |
已打招呼 | 已警告 | 已谈话 | 已问过 | 已看过 | 已拍照 | 已到现场 | 已记录 | 已备案 | 已存档 | 已安抚 | 已上门 |
已走访 | 已见面 | 已电话沟通 | 已微信说明 | 已口头告知 | 已当面说明 | 已电话告知 | 听说已更换筛网 | 据说修好了 |
厂家说修好了 | 物业称已更换水管 | 师傅表示已处理 | 应该修好了 | 大概换了 | 估计好了 | 可能已更换筛网 |
不必更换筛网 | 不用换筛网 | 无需更换筛网 | 没必要换 | 只要领导同意就更换筛网 | 除非再投诉否则更换筛网 |
要是坏了就换筛网 | 应更换筛网 | 应当更换筛网 | 必须更换筛网 | 最好更换筛网 | 可以更换筛网 | 还需更换筛网 |
需更换筛网 | 筛网需要更换 | 筛网应该换 | 维修水管中 | 清理下水道中 | 更换水管中 | 已向平台投诉 | 已举报 |
已屏蔽处理 | 已封禁 | 已投诉该帖 | 帖子已举报 | 已通知各班 | 已通知物业 | 已经通知食堂了 | 通知食堂整改 |
已发通知 | 已布置下去 | 已做布置 | 已作提醒 | 已提醒食堂 | remedied: done | fixed: ok | will be fixed tomorrow |
to be done next week | not fixed | partly fixed | done soon | nothing to add | n/a | how do I do this |
what do you need | is it fixed? | call me when done | waiting for the principal | passed to the other department |
asked the site to delete the post | post deleted | we take this seriously | we will strengthen management |
we plan to replace the supplier | going to replace the filter | cannot be fixed now | replied | told the parents |
we spoke to the cook | filed | warned | phoned the parent | probably all replaced | he said that it was replaced |
maybe fixed | probably repaired | should be fixed by now | I think it was replaced |
Wang says the sieve was replaced | need to replace the sieve | needs repair |
if parents complain again we replace the sieve | no need to replace the sieve | told the canteen |
reminded the staff | reported the post | reported the post to the platform | blocked the account |
spoke to the staff | talked to the parents | called the parent | the staff was told | staff were reminded |
noted and filed | photographed | recorded | it seems repaired | apparently repaired |
the supplier says it is repaired | we should replace the sieve | we could replace it |
we recommend replacing the sieve | to replace the sieve | replacing the sieve | being replaced |
notified the canteen | warned the cook | explained | explained verbally | informed | visited | phoned |
以上属实 | 更换了一部分 | 换了一部分筛网 | 修了三分之一 | 剩下的明天换 | 其余下周换 |
先换了两个，剩下的慢慢换 | 更换两台，还有三台 | 已更换大半 | 换了一些 | 已下单 | 已付定金 | 已签合同 |
已立项 | 已公示中 | 已招标 | 正走流程 | 已报价 | 已测量 | 已看过现场 | 已勘察 | 已派车 | 已排期 | 已列清单 |
已拍板 | 已同意更换 | 已批准更换 | 已决定更换 | 已答应更换 | 已承诺更换 | 已要求更换 | 已督促更换 | 已催促 |
已协调 | 已对接 | 已联系 | 已约好 | 已说好 | 已谈妥 | 已落实责任人 | 已压实责任 | 已开会强调 | 已传达 |
已学习 | 已提高认识 | 已反思 | 已检讨 | 已整理材料 | 已写报告 | 已提交报告 | 已汇报 | 已请示 | 已备案 |
已归档 | 已销案 | 已销号 | 已清零 | 已了结 | 已完结 | 已收尾 | 已闭环 | 好了好了 | 都弄好了 | 没事啦 |
处理完了 | 搞完了 | 完成了 | 落实了 | 到位了 | 一切正常 | 一切顺利 | 无异常 | 现场无异常 | 未见异常 | 人已走 |
家长已走 | 家长已回家 | 家长没意见了 | 家长不投诉了 | 家长撤诉 | 家长表示理解 | 家长表示满意 | 舆情平稳 |
热度消退 | 无新增评论 | 帖子沉了 | 该帖已看不到 | 链接失效 | 原帖已不存在 | 网站已处理 | 平台已处理 |
已由平台处理 | 已交由平台 | 等于没事 | 看着办 | 随便 | 结了吧 | 关掉吧 | 就这样吧 | 下一个 | 略过 | 同上一件 |
参照12号 | 见12号 | 见群里 | 见照片 | 如图 | 详见照片 | 已发图 | 内容见链接 | https | 1111 | 测试办结 | 办结办结 |
结案 | 同意结案 | 领导同意办结 | 校长说可以结 | 按校长意见办结 | 材料已齐 | 材料已报 | 已走完流程 |
流程已完 | 已盖章 | 已会签 | 已公文流转 | 已督办 | 已挂牌督办 | 已限期 | 限三天改完 | 三日内改完 | 改完再报 |
换完再说 | 修完通知您 | 还剩一点 | 差不多完成 | 九成完成 | 完成90% | 基本更换 | 更换基本完成 | 更换接近完成 |
更换即将完成 | 更换工作已启动 | 更换工作进行中 | 筛网更换工作有序推进 | 已着手更换 | 已组织更换 |
已布置更换 | 已部署更换 | 已安排更换筛网 | 已通知更换筛网 | 筛网已到货 | 筛网到货待装 | 筛网已买 |
新筛网在路上 | 新筛网明天装 | 已换？ | 换了没 | 是否换了 | 谁换的 | 未更换筛网 | 筛网没换 | 不更换筛网 |
拒绝更换 | 无需更换 | 可换可不换 | 应该换了 | 大概换了 | 听说换了 | 说是换了 | 据称已更换 | 厂家称已更换 |
保洁说打扫了 | 师傅说修好了 | we are done here | nothing else to do | no further action | closing this |
please close | ok close |
approved by the principal | parents are satisfied | parents calmed down | post no longer visible |
the link is dead | platform handled it |
parts of it replaced | some of the sieves were replaced | half of the lamps repaired | replaced one of three |
ordered new sieves | contract signed |
budget approved | inspection scheduled | meeting held | minutes written | responsible person named |
we talked about it | agreed to replace |
decided to replace | told to replace | should be replaced by now | supposedly replaced | replacement under way |
replacement nearly complete |
replacement to follow | work has begun | work order issued | ticket opened | ticket closed |
escalated to the district | awaiting sign-off
""")
HONEST = _listed("""
已更换筛网并公布检测结果 | 已答复并公布检测结果 | 整改：更换供货商，食堂停业检修 | 整改：更换供货商 |
整改：更换筛网 | 检测合格，结果已公布 | 已整改，更换供货商 | 更换供货商和全部筛网，食堂增设异物检查岗 |
已答复家长并更换餐具 | 路灯已修好 | 走廊灯修好了 | 已退费 | 多收的校服费已全部退还 | 已向家长当面说明情况并取得谅解 |
经查监控，与事实不符 | 澄清：经查监控，与事实不符 | 经核实不属实，已公开说明 | 未发现异物，检测报告已公布 |
水管已抢修，恢复供水 | 垃圾已清运，每周清理两次 | 已清理卫生死角，今后每月检查一次 | 已联系厂家修好水泵 |
已由物业更换了灯管 | 停车位已重新划线 | 校门口已增派两名保安 | 已调整放学时间，错峰离校 |
作业量已减少，不再布置打卡作业 | 已对当事教师批评教育并调离岗位 | 涉事人员已解聘 | 噪音施工已改到白天 |
已公示收费标准 | 食堂价格下调一元 | 家长群已解散，作业改为书面布置 | 已召回问题牛奶并退款 | 井盖已更换 |
护栏加装完毕 | 电梯检修完成，恢复运行 | 操场塑胶检测合格，报告已贴在公告栏 | 绿化带已补种 | 网站上的错误信息已更正 |
排水沟疏通了 | 消防通道已清空 | 饮水机滤芯已更换，水质检测达标 | 宿舍热水恢复，锅炉已修复 | 已为学生补办学籍 |
已发放助学金 | 奖学金名单已重新公示 | 已向投诉人电话致歉 | 已赔偿家长医药费 | 空调已安装 | 教室门锁换新 |
厕所已改造，增加隔间 | 已终止与该公司的合同 | 食堂承包合同已解除 | 课后服务费按文件执行，不再收取资料费 |
已上门向老人说明政策 | 已办理退休手续 | 医保报销款已到账 | 出租车司机已被罚款 | 违建已拆除 | 占道摊点已取缔 |
supplier replaced | remedied: supplier replaced | answered, lab results published |
supplier and sieves replaced, a check for foreign bodies added | street lamp repaired |
fees refunded to all parents | lab found no foreign body, report published |
the camera's record shows otherwise, explained in public | the teacher apologised to the family |
parking spaces repainted | water restored, pipe replaced | contract with the caterer ended |
guard added at the gate | homework reduced | the wrong notice was corrected | price lowered by one yuan |
drain cleared and pavement repaired | 已答复：食堂当天留样检测合格，未见异物 | 已为学生更换座位并与家长谈妥 |
开水房加装了两个水龙头 | 共享单车停放点移到东门 | 早餐品种增加到六种 | 晚自习改为自愿参加 |
已把收费项目表贴在校门口 | 补课停了，费用退回 | 宿舍空调修好，电费按表收 | 图书馆开放时间延长至晚十点 |
校车增加一个班次 | 校门口减速带已安装 | 已与家长面谈，家长表示满意 | 已为反映人办理入学手续 |
树枝已修剪，不再遮挡路灯 | 窨井盖复位 | 施工噪声降低，夜间停工 | 电梯更换钢缆后恢复运行 | 学生证已补发 |
拖欠的工资全部发放 | 违停车辆已拖离 | 路面坑洞填平 | 健身器材维修完毕 | 公厕增加保洁两名 |
饭菜留样制度已执行，公示牌上墙 | 老师已向学生道歉，学校给予警告处分 | 经调查，系谣言，已发布情况说明 |
网传视频非我校，已公开澄清并附监控 | 已收回违规印发的资料 | 已清退违规收取的餐费共三万元 | 已更换保洁公司 |
已撤换班主任 | 已停止该商户供货 | 已对食堂主管作出处分 | 水质复检合格并公示 | 甲醛检测达标，报告上网 |
教室灯管全部换成护眼灯 | 黑板报错别字已改 | 招生简章已改正并重新发布 | 已按规定发放高温补贴 |
已解释政策：转学须在学期初办理 | 已说明不予退费的依据 | 建议已采纳，增设母婴室 | 采纳建议，食堂增开素菜窗口 |
已采纳，错时开放操场 | 积水已抽干，排水管疏通 | 消防栓补足水压 | 监控补装四个探头 | 门卫换岗，重新培训 |
路口信号灯配时已调整 | 公交站台加了雨棚 | 小区停水原因是主管爆裂，已抢修 | 居民楼外墙脱落处已加固 |
油烟净化器已清洗，检测达标 | 占用盲道的摊位已清走 | 犬只已由主人牵离，物业贴出告示 | 欠费已补缴，供暖恢复 |
老旧线路全部更换 | 快递柜已迁走 | 两名当事学生家长已和解，学校备案 | lockers repaired and keys handed out |
the canteen now offers six breakfasts, menu published | evening classes made voluntary |
bus line extended, timetable published | road surface repaired, lines painted |
fees for copies repaid, 320 yuan per pupil | noise reduced, night work ended | handrail installed at the east gate |
the driver was fined and apologised | tests passed, report put on the notice board |
trees trimmed, lamp visible again | air quality measured, below the limit, figures published | wages paid in full |
permit withdrawn from the stall | false rumour explained with camera footage |
the rule was explained to the parent in writing | water tank cleaned and disinfected |
筛网已到货并安装 | 两部电梯都修好了 | 已将多收的部分退还家长 | 已签合同，今天完成安装 |
new filters put in, water tested | staff retrained, duty list changed | lift repaired and inspected
""")
_WHAT = (
    "食堂后厨破损筛网", "操场北侧破损跑道", "三号楼漏水的水管", "校门口损坏的路灯", "宿舍二层热水器", "图书馆空调滤芯",
    "实验室过期试剂", "体育馆松动座椅", "教学楼走廊照明灯", "停车场划线",
)  # fmt: skip
_DID = ("已更换{}", "{}已修复并通过验收", "今天上午更换了{}", "已完成{}的更换", "{}昨天已换新")
_ALSO = ("，检测结果已公布", "，并复查合格", "", "，照片已在公示栏公布")
_WHAT_EN = ("the torn kitchen sieve", "the leaking pipe in block 3", "the broken lamp at the gate", "the loose seats")
_DID_EN = ("Replaced {} today", "{} has been repaired and checked", "We replaced {} and published the test result")
COMPOSED = (
    *(did.format(what) + also for what, did, also in product(_WHAT, _DID, _ALSO)),
    *(did.format(what) for what, did in product(_WHAT_EN, _DID_EN)),
)
"""Honest results in the order of words that people use: what was done to which thing, and what shows it."""
