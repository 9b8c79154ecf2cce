"""Sentences to train the names component on: invented names in wordings of our own.

Nothing is copied from a paper. A template holds ``{org}``, ``{gov}``, ``{firm}``, ``{person}`` and plain
fillers; what is put in for the first four is marked as an entity. Same seed, same sentences.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

PLACES = (
    "江西省 江苏省 山西省 浙江省 安徽省 福建省 山东省 河南省 河北省 湖北省 湖南省 广东省 四川省 贵州省 云南省 陕西省 甘肃省 辽宁省 吉林省 "
    "黑龙江省 海南省 青海省 新疆维吾尔自治区 广西壮族自治区 内蒙古自治区 宁夏回族自治区 北京市 上海市 天津市 重庆市 南昌市 太原市 九江市 赣州市 "
    "宜春市 上饶市 吉安市 抚州市 萍乡市 鹰潭市 新余市 景德镇市 南京市 苏州市 无锡市 常州市 徐州市 大同市 长治市 晋中市 运城市 临汾市 阳泉市 "
    "乌鲁木齐市 昌吉州 伊犁州 克拉玛依市 哈密市 喀什地区 杭州市 宁波市 合肥市 武汉市 长沙市 广州市 深圳市 成都市 西安市 沈阳市 昆明市 贵阳市 "
    "青山湖区 红谷滩区 西湖区 东湖区 南昌县 新建区 小店区 迎泽区 万柏林区 尖草坪区 玄武区 鼓楼区 江宁区 天山区 沙依巴克区 章贡区 浔阳区 柴桑区 "
    "袁州区 信州区 临川区 安源区 清徐县 阳曲县 昆山市 江阴市 宜兴市 丰城市 樟树市 高安市 瑞金市"
).split()
BARE = (
    "江西 江苏 山西 浙江 安徽 福建 山东 河南 河北 湖北 湖南 广东 四川 新疆 北京 上海 天津 重庆 南昌 太原 九江 赣州 宜春 上饶 吉安 抚州 萍乡 "
    "南京 苏州 无锡 常州 大同 长治 晋中 乌鲁木齐 杭州 合肥 武汉 长沙 广州 深圳 成都 西安 华东 华中 赣江 赣北 赣南 晋阳 三晋 东江 江右 天山 中部"
).split()
_BRAND_CHARS = "虔羽临汝昭萍庐匡洪樟剑邑豫章鄱阳湖银锂铜都连四纸盛泉庭州石岳虹梅岭清溪雅集古越楚吴闽粤青松竹兰菊惠企汇智创新科达信诚恒瑞华盛泰安联合众博远航启明鼎峰卓越德润嘉禾金桥蓝天宏图锦程优服易云聚力拓海纳川通百旺正天和元鑫隆源亿思维衡诺方圆同益佳美中兴永康立信大东升顺丰利民晨曦星辰博雅睿"
FIELDS = (
    "企业管理 企业服务 科技 信息技术 信息科技 网络科技 软件 管理咨询 企业管理咨询 知识产权代理 知识产权服务 人力资源 人力资源服务 教育咨询 教育科技 文化传媒 "
    "检测技术 检验检测 环境检测 投资管理 投资 融资担保 融资租赁 财务咨询 税务咨询 商务服务 会展服务 孵化器管理 创业服务 产业园运营 物业管理 置业 房地产开发 "
    "置业投资 工程技术 电子 电子科技 机械制造 机械 装备制造 新材料 包装材料 环保科技 生物科技 医药 食品 纺织 建材 化工 电气 自动化 智能科技 数字科技 大数据 "
    "物流 供应链管理 农业科技 农业开发 印务 模具 阀门 冶金 茶业 仪表 羽绒 服装创意 文化创意 文化旅游 医疗器械 电池材料 生态数据 智能仪表 药业科技 设备检修 新能源装备 会务服务 机修 工业互联网 软件园管理 众创服务 光电 汽车零部件 铸造 家具 服饰 陶瓷 酒店管理 认证 质量认证 标准技术 专利事务"
).split()
TAILS = "有限公司 有限公司 有限公司 有限公司 有限责任公司 股份有限公司 集团有限公司 集团股份有限公司".split()
DEPTS = (
    "工业和信息化厅 工业和信息化局 工业和信息化委员会 经济和信息化厅 经济和信息化局 中小企业局 中小企业发展局 科学技术厅 科学技术局 发展和改革委员会 财政厅 财政局 "
    "民政厅 民政局 商务厅 商务局 市场监督管理局 行政审批局 行政审批服务管理局 人力资源和社会保障厅 人力资源和社会保障局 税务局 教育局 知识产权局 "
    "机关事务管理局 地方金融监督管理局 自然资源局 不动产登记中心 社会保险事业管理中心 社会保险基金管理中心 统计局 生态环境局 住房和城乡建设局 应急管理局 "
    "人民政府 人民政府办公室 大数据管理局 公共资源交易中心 政府采购中心 残疾人联合会 总工会 工商业联合会"
).split()
ORG_TAILS = (
    "中小企业服务中心 中小企业发展促进中心 中小企业公共服务中心 生产力促进中心 创业服务中心 信息中心 检测中心 产品质量监督检测院 产业技术研究院 技术转移中心 "
    "中小企业协会 企业家协会 总商会 标准化协会 电子学会 成果转化促进会 机械科学研究所 能源研究所 融资担保集团 后勤服务中心 征信中心 职称工作办公室 企业服务超市 开发投资集团 软件行业协会 工业经济联合会 电子信息行业协会 质量协会 商会 青年企业家商会 知识产权研究会 中小企业促进会 中小企业服务联盟 标准化研究院 "
    "科学院 社会科学院 职业培训学校 技师学院 高级技工学校 职业技术学院 经济管理职业学院 大学科技园 高新技术产业开发区管理委员会 经济技术开发区管理委员会 "
    "高新区管委会 小企业创业基地 科技企业孵化器 人才服务中心 就业服务中心 数字经济产业园 众创空间 图书馆 会展中心 律师协会 注册会计师协会 慈善基金会 教育发展基金会"
).split()
SCHOOLS = (
    "理工大学 财经大学 师范大学 科技大学 农业大学 工程大学 中医药大学 大学 工业大学 工程学院 经济管理学院 交通大学 职业大学 商学院 党校 电力职业技术学院"
).split()
FACULTY = (
    "商学院 经济管理学院 软件学院 计算机学院 法学院 继续教育学院 机电工程学院 MBA教育中心 ".split()
)
NATIONAL = (
    "工业和信息化部 国家知识产权局 国家统计局 财政部 国家税务总局 科学技术部 国家市场监督管理总局 国家认证认可监督管理委员会 中国合格评定国家认可委员会 中国质量认证中心 "
    "中国中小企业发展促进中心 中国人民银行 中国工商银行 中国建设银行 中国农业银行 中国银行 交通银行 招商银行 中国邮政储蓄银行 江西银行 晋商银行 北京银行 民政部 教育部 "
    "中国科学院 工业和信息化部中小企业局 国务院办公厅 国家发展和改革委员会 中国版权保护中心 人力资源和社会保障部"
).split()
SHORT_GOV = "省工信厅 市工信局 区工信局 省工业和信息化厅 市工业和信息化局 市中小企业局 省财政厅 市财政局 省科技厅 县工信局 区财政局 市人社局 省中小企业局 自治区工信厅 市行政审批局".split()

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白"
    "邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤涂揭饶查"
)
_DOUBLE = "欧阳 上官 司马 诸葛 司徒".split()
_GIVEN = "建国志强晓燕丽萍华海涛俊杰雪梅文博思远佳怡子轩明辉春兰小军玉琴振秀英伟芳敏静磊洋勇艳娟超霞平刚桂宇航梓涵浩然欣嘉琪立新永红少晨曦倩婷雅德胜开庆丰绍东莉慧世佩玲广生一鸣若培元金翠学智勤凡立峰云飞树林光耀根水松柏安邦国栋长江成功鹏程亚男"

TEMPLATES = tuple(
    line
    for line in """
甲方：{org}
乙方：{firm}
甲方（盖章）：{org} 乙方（盖章）：{firm}
甲方（委托方）：{org}
乙方（受托方）：{firm}
出租方（甲方）：{firm}
承租方（乙方）：{firm}
出租方：{person}（以下简称甲方）
承租方：{firm}，法定代表人{person}
甲方{org}与乙方{firm}本着平等互利、优势互补的原则，经友好协商，达成如下合作协议
{org}（以下简称“甲方”）和{firm}（以下简称“乙方”）就共同服务中小企业事宜签订本协议
经{org}与{firm}协商一致，双方建立长期战略合作关系
为发挥各自优势，{firm}、{org}、{org}三方同意共建服务平台
甲方委托{firm}为辖区内中小企业提供{topic}服务
{org}委托{firm}承办{topic}活动，费用为{money}
由{gov}主办、{org}承办的{topic}活动于{date}在{place}举行
本次活动由{gov}指导，{firm}主办，{org}和{org}协办
{date}，{firm}在{place}组织开展{topic}，共有{num}家企业参加
{date}上午，{org}联合{org}举办了{topic}
主办单位：{gov}
承办单位：{firm}
协办单位：{org}、{firm}、{org}
支持单位：{gov}、{org}
指导单位：{gov}
组织单位:{org}
活动邀请了{org}{person}教授作专题讲座
特邀{org}高级工程师{person}为学员授课
主讲人：{person}（{org}教授）
会议由{person}主持，{gov}副局长{person}出席并讲话
{gov}{person}处长对{topic}政策作了解读
{firm}总经理{person}介绍了平台服务情况
联系人：{person}，电话：{phone}
联 系 人：{person}  {phone}
经办人：{person}
法定代表人：{person}
法定代表人（签字）：{person}
授权代表：{person}
甲方代表：{person} 乙方代表：{person}
兹聘请{person}同志为{firm}专家，聘期{num}年
兹聘请 {person} 先生担任本平台{topic}专家
特聘{person}女士为{org}特聘顾问
{person}同志：经研究决定，聘任您为{firm}外聘专家
{person}老师受聘为{org}客座讲师，任期至{date}
聘请单位：{firm}
受聘人：{person}，工作单位：{org}
{person}，男，{num}岁，{org}副教授
{person}，女，本科学历，现任{firm}副总经理
根据{gov}《关于组织开展{topic}工作的通知》要求，现将有关事项通知如下
按照{gov}的部署，{org}认真组织实施{topic}
{gov}关于公布{year}年度中小企业公共服务示范平台名单的通知
{gov} {gov}关于印发管理办法的通知
各县（区）工业和信息化主管部门，各有关单位：
认定{firm}为{year}年度省级中小企业公共服务示范平台
{firm}等{num}家单位被认定为市级中小企业公共服务平台
经审核，{org}符合认定条件，现予公布
授予{firm}“优秀服务机构”称号
现将{firm}推荐为国家中小企业公共服务示范平台
同意推荐{org}申报，请{gov}予以审核
我单位{firm}申报江西省中小企业公共服务示范平台
我们审计了{firm}（以下简称贵公司）财务报表
{firm}全体股东：
后附的{firm}财务报表已按照企业会计准则的规定编制
{cpa} 中国注册会计师：{person}
{cpa}接受{firm}委托，对服务收支情况进行专项审计
审计机构为{cpa}，报告日为{date}
{firm}成立于{date}，由{person}、{person}共同出资设立，注册资本{money}
股东{person}以货币出资{money}，占注册资本的{num}%
公司股东为{firm}，实际控制人为{person}
{org}是{gov}直属的事业单位
{org}系经{gov}批准成立的社会团体，业务主管单位为{gov}
登记机关：{gov}
发证机关：{gov}
发证单位为{org}，有效期至{date}
认证机构：{firm}
兹证明{firm}的质量管理体系符合要求
获证组织名称：{firm}
权利人：{firm}，坐落：{place}
该房屋产权归{firm}所有，现无偿提供给{firm}使用
{firm}租用{firm}位于{place}的办公用房
收款单位：{firm}，开户行：{bank}
付款人{firm}于{date}向{firm}支付服务费{money}
开户银行：{bank}
账户名称：{firm}
销售方名称：{firm}
购买方名称：{org}
采购人：{gov}，供应商：{firm}
中标单位：{firm}，中标金额{money}
受{gov}委托，{firm}对{topic}项目进行公开招标
{firm}：经评审委员会评定，你单位为本项目中标人
参保单位名称：{firm}
社会保险经办机构：{gov}
截至{date}，{firm}共有{num}名职工参加社会保险
发明人：{person}；{person}；{person}
专利权人：{firm}
著作权人：{firm}
毕业生{person}，于{year}年在{org}修业期满，准予毕业
{person}于{date}经{gov}评审，具备工程师资格
评审委员会：{gov}
与会人员：{person}、{person}、{person}、{person}
参加人员有{firm}{person}、{firm}{person}等
签到表：{firm} {person} {phone}
1 {firm} {person} 经理 {phone}
2、{firm}，联系人{person}
（1）{firm}；（2）{firm}；（3）{org}
序号{num} {firm} {topic}
服务对象包括{firm}、{firm}、{firm}等中小企业
为{firm}提供{topic}服务，帮助企业解决难题
平台已与{org}、{firm}、{org}签订合作协议
我们先后走访了{firm}和{firm}，了解企业需求
来自{firm}、{firm}的{num}名负责人参加了培训
{firm}负责人{person}表示，平台服务及时有效
据{org}统计，全年服务企业{num}家次
报送：{gov}
抄送：{gov}、{gov}、{org}
{gov}办公室 {date}印发
{gov}
{org}
{firm}
{firm}（盖章）
单位名称：{firm}（公章）
申请单位：{org}
{date} {firm}
{org} {date}
平台与{bank}合作推出中小企业信用贷款产品
{bank}客户经理{person}讲解了信贷政策
培训由{org}的{person}主讲，内容为{topic}
培训师{person}来自{org}
负责人{person}，联系电话{phone}
投诉受理部门负责人：{person}
平台负责人为{person}，分管{topic}
本协议由{person}代表{firm}签署
如发生争议，提交{org}仲裁委员会处理或向人民法院起诉
本协议一式两份，甲乙双方各执一份，自签字盖章之日起生效
甲方应按时提供相关资料，乙方应保守甲方商业秘密
平台为中小企业提供{topic}、政策咨询、融资对接等服务
服务中心大厅设有接待窗口，公司实行服务承诺制
本办法自发布之日起施行，由综合部负责解释
对小型微型企业给予服务费八折优惠，服务机构不得另行收费
会议地点：{place}，请各单位派员参加
一、活动时间：{date}；二、活动地点：{place}
建立健全管理制度，完善服务流程，提高服务质量
本公司、我中心、各协会会员单位均可报名
请参会企业于{date}前将回执发至邮箱
全年共举办培训{num}场，参训人员{num}人次，服务收入{money}
具体由财务部、市场部、培训中心负责落实
合同总金额为人民币{money}，分两期支付
租赁期限自{date}起至{date}止，年租金{money}
中小企业公共服务示范平台申报材料真实性声明
企业、高校、科研院所和行业协会共同参与
""".strip().splitlines()
    if line.strip()
)

_TOPICS = "技术创新 管理咨询 人才培训 融资对接 政策宣讲 数字化转型 知识产权 创业辅导 信息化应用 质量提升 市场开拓 法律咨询 财税知识 银企对接 智能制造 专精特新培育 股权融资 上云用云".split()
_ROADS = "京东大道 解放路 学府街 长风街 火炬大街 创新一路 高新大道 中山路 建设北路 丰和大道".split()
_SPOTS = "创业大厦报告厅 会议中心 三楼多功能厅 科技园A座 国际酒店二楼 服务大厅 501会议室 线上直播间 企业家之家".split()


#: Words of papers in any order around a name: the component must know names by themselves, since no
#: list of wordings holds what papers will say.
WORDS = (
    "参照 按照 依照 鉴于 若因 由于 经过 已经 原任 现任 曾任 受聘 出任 担任 毕业于 来自 赴 前往 走进 走访 考察 参观 调研 学习 邀请到 授牌 授权 颁发 批准 命名 列入 "
    "获批 获得 荣获 认定 评定 评选 公示 公布 发布 印发 下发 转发 报送 上报 抄送 抄报 核准 备案 登记 注册 变更 注销 转让 出资 控股 参股 投资 融资 贷款 授信 担保 "
    "签约 签订 签署 盖章 生效 终止 解除 履行 违约 争议 仲裁 诉讼 协商 同意 约定 确认 证明 兹证明 出具 提供 提交 递交 领取 发放 支付 收取 缴纳 汇入 转账 "
    "负责 牵头 主持 致辞 讲话 发言 点评 介绍 解读 讲解 分享 辅导 指导 培训 授课 主讲 讲授 研发 开发 设计 生产 加工 销售 采购 供应 运营 管理 建设 改造 升级 "
    "反映 表示 认为 强调 指出 提出 建议 希望 要求 感谢 欢迎 祝贺 尊敬的 贵单位 我司 我公司 我中心 我校 本单位 该平台 该企业 该项目 上述 以下 下列 如下 其他 "
    "以及 及其 或者 并且 同时 此外 另外 其中 例如 包括 包含 等 等单位 等企业 名下 旗下 下属 所属 直属 附属 联合 共同 携手 配合 协助 支持 依托 通过 利用 借助 "
    "近百名企业家到场 党委书记 董事长 总经理 副总经理 院长 副院长 秘书长 会长 副会长 理事长 处长 科长 局长 主任 校长 教授 副教授 讲师 博士 研究员 工程师 经济师 "
    "律师 会计师 专家 顾问 同学 同志 先生 女士 老师 嘉宾 代表 负责人 联系人 经办人 审核人 技术骨干 员工 学员 客户 用户 企业家 项目经理 委员会委员 评委 讲师团 "
    "活动 会议 论坛 沙龙 讲座 培训班 对接会 宣讲会 座谈会 路演 展会 大赛 课程 案例 方案 计划 规划 制度 办法 规定 标准 规范 流程 目录 名单 清单 报告 总结 简报 "
    "合同 协议 备忘录 意向书 通知 公告 通报 决定 函 请示 批复 证书 执照 许可证 发票 凭证 回单 税款 社保 参保职工 信用报告 审计报告 财务报表 附件 附表 照片说明 "
    "政策 资金 项目 技术 产品 服务 信息 数据 网络 平台 系统 软件 设备 场地 房屋 租金 押金 物业费 办公 经营范围 注册资金 建筑面积 服务收入 满意度 中小企业 小微企业 "
    "第一章 第二条 第三款 一是 二是 首先 其次 最后 自愿 平等 互利 长期 定期 每季度 每年 全年 上午 下午 当天 期间 之后 以来 截至 目前 今后 严重失信记录 无异议 符合条件"
).split()
_PARTICLES = "的 了 在 与 和 及 、 ， 。 ： ； 为 由 向 对 从 到 至 于 是 将 把 被 并 （ ） “ ” 《 》".split()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text and its entities ``(start, end, kind)``."""

    text: str
    entities: tuple[tuple[int, int, str], ...]


def sentences(count: int, seed: int) -> list[Sentence]:
    """``count`` sentences; some joined, cut off or with slips, as papers read by OCR are."""
    rng = random.Random(seed)
    return [_one(rng) for _ in range(count)]


def _one(rng: random.Random) -> Sentence:
    if rng.random() < 0.6:
        return _worn(rng, _jumbled(rng))
    made = _filled(rng, rng.choice(TEMPLATES))
    while rng.random() < 0.45 and len(made.text) < 160:
        other = _filled(rng, rng.choice(TEMPLATES))
        glue = rng.choice(
            ["。", "，", "；", " ", "\n", ""] if made.text[-1:] not in "：:" else [" ", "\n"]
        )
        if glue == "" and made.entities and made.entities[-1][1] == len(made.text):
            glue = "。"  # two names run together have no edge anybody could see
        shift = len(made.text) + len(glue)
        moved = tuple((a + shift, b + shift, kind) for a, b, kind in other.entities)
        made = Sentence(made.text + glue + other.text, made.entities + moved)
    return _worn(rng, made)


def _jumbled(rng: random.Random) -> Sentence:
    """Names among words in any order; two names never touch."""
    text = ""
    entities: list[tuple[int, int, str]] = []
    for _ in range(rng.randint(1, 4)):
        for _ in range(rng.choice((0, 1, 1, 2, 3, 4))):
            text += rng.choice(WORDS) + (rng.choice(_PARTICLES) if rng.random() < 0.35 else "")
        slot = rng.choice(("org", "gov", "firm", "firm", "org", "person", "person", "bank", "none"))
        if slot == "none":
            text += rng.choice(WORDS)
            continue
        if entities and entities[-1][1] == len(text):
            text += rng.choice("、，和与及。；")
        word = FILLERS[slot](rng)
        kind = "person" if slot == "person" else "organisation"
        entities.append((len(text), len(text) + len(word), kind))
        text += word
    for _ in range(rng.randint(0, 3)):
        text += rng.choice(WORDS)
    return Sentence(text, tuple(entities))


def _filled(rng: random.Random, template: str) -> Sentence:
    text = ""
    entities: list[tuple[int, int, str]] = []
    for part in re.split(r"(\{\w+\})", template):
        if not part.startswith("{"):
            text += part
            continue
        word = FILLERS[part[1:-1]](rng)
        kind = {"person": "person", "bank": "organisation"}.get(part[1:-1], "organisation")
        if part[1:-1] in ("org", "gov", "firm", "cpa", "person", "bank"):
            entities.append((len(text), len(text) + len(word), kind))
        text += word
    return Sentence(text, tuple(entities))


def _worn(rng: random.Random, made: Sentence) -> Sentence:
    """Slips of OCR that keep the length: punctuation lost or taken for another, width, odd characters."""
    inside = {i for a, b, _ in made.entities for i in range(a, b)}
    chars = list(made.text)
    for i, char in enumerate(chars):
        if char in "，。；：、（）“”" and rng.random() < 0.06:
            chars[i] = rng.choice("，。,.;: ;、(")
        elif char == "（" and rng.random() < 0.2:
            chars[i] = "("
        elif char == "）" and rng.random() < 0.2:
            chars[i] = ")"
        elif char == "：" and rng.random() < 0.3:
            chars[i] = ":"
        elif i not in inside and rng.random() < 0.004:
            chars[i] = rng.choice("一口曰丶厂卜")
    return Sentence("".join(chars), made.entities)


def _brand(rng: random.Random) -> str:
    return "".join(rng.choice(_BRAND_CHARS) for _ in range(rng.choice((2, 2, 2, 3, 4))))


def _firm(rng: random.Random) -> str:
    brand, trade, tail = _brand(rng), rng.choice(FIELDS), rng.choice(TAILS)
    place = rng.choice(BARE if rng.random() < 0.7 else PLACES)
    draw = rng.random()
    if draw < 0.12:
        return f"{brand}（{rng.choice(BARE)}）{trade}{tail}"
    if draw < 0.2:
        return f"{brand}{trade}{tail}"
    if draw < 0.25:
        return f"{place}{brand}{trade}{tail}{rng.choice(BARE)}分公司"
    if draw < 0.29:
        return f"{place}{brand}{rng.choice(['律师事务所', '专利代理事务所（普通合伙）', '知识产权代理事务所', '税务师事务所'])}"
    if draw < 0.31:
        return f"{place}{brand}{trade}中心（有限合伙）"
    return f"{place}{brand}{trade}{tail}"


def _gov(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.12:
        return rng.choice(NATIONAL)
    if draw < 0.24:
        return rng.choice(SHORT_GOV)
    first = rng.choice(PLACES)
    if draw < 0.34:
        first += rng.choice(PLACES)
    return first + rng.choice(DEPTS)


def _org(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.25:
        return _firm(rng)
    if draw < 0.4:
        name = rng.choice(BARE) + rng.choice(SCHOOLS)
        return name + rng.choice(FACULTY) if rng.random() < 0.25 else name
    if draw < 0.5:
        return _gov(rng)
    first = rng.choice(PLACES if rng.random() < 0.65 else BARE)
    return first + (_brand(rng) if rng.random() < 0.2 else "") + rng.choice(ORG_TAILS)


def _cpa(rng: random.Random) -> str:
    tail = rng.choice(["（普通合伙）", "（特殊普通合伙）", "有限公司", "有限责任公司", ""])
    branch = rng.choice(["", "", "", f"{rng.choice(BARE)}分所"])
    return (
        rng.choice([rng.choice(BARE), rng.choice(BARE), ""])
        + _brand(rng)
        + "会计师事务所"
        + tail
        + branch
    )


def _bank(rng: random.Random) -> str:
    banks = [n for n in NATIONAL if n.endswith("银行")]
    return (
        rng.choice(banks)
        + rng.choice(["", "股份有限公司"])
        + rng.choice(
            [
                "",
                f"{rng.choice(BARE)}分行",
                f"{rng.choice(BARE)}{_brand(rng)}支行",
                f"{rng.choice(PLACES)}支行",
            ]
        )
    )


def _person(rng: random.Random) -> str:
    surname = rng.choice(_SURNAMES) if rng.random() < 0.96 else rng.choice(_DOUBLE)
    given = rng.sample(_GIVEN, 1 if rng.random() < 0.35 else 2)
    return surname + "".join(given)


def _date(rng: random.Random) -> str:
    year, month, day = rng.randint(2012, 2025), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice(
        [
            f"{year}年{month}月{day}日",
            f"{year}年{month}月",
            f"{year}.{month:02}.{day:02}",
            f"{year}-{month:02}-{day:02}",
        ]
    )


def _money(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{rng.randint(1, 900)}万元",
            f"{rng.randint(1, 900)},{rng.randint(0, 999):03}.00元",
            "伍拾万元整",
            "人民币叁万元整",
        ]
    )


FILLERS = {
    "org": _org,
    "gov": _gov,
    "firm": _firm,
    "cpa": _cpa,
    "bank": _bank,
    "person": _person,
    "date": _date,
    "money": _money,
    "year": lambda rng: str(rng.randint(2012, 2025)),
    "num": lambda rng: str(rng.randint(2, 400)),
    "phone": lambda rng: "1" + "".join(rng.choice("3456789") for _ in range(10)),
    "topic": lambda rng: rng.choice(_TOPICS),
    "place": lambda rng: rng.choice(
        [
            f"{rng.choice(PLACES)}{rng.choice(_ROADS)}{rng.randint(1, 999)}号",
            f"{rng.choice(PLACES)}{rng.choice(_SPOTS)}",
            rng.choice(_SPOTS),
        ]
    ),
}
