"""The page's own fixed words in Chinese and English; the worksheet's are those of its writers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extractor.worksheet.wording import Language, Words, words_of

_OWN: Mapping[str, tuple[str, str]] = {
    # frame
    "app": ("材料审核", "Review"),
    "queue": ("待审材料", "Queue"),
    "other_language": ("English", "中文"),
    "logout": ("退出", "Leave"),
    "noscript": ("请打开浏览器的脚本功能：本页不连接外网。", "Please allow scripts; this page never leaves your network."),
    "skip": ("跳到正文", "Skip to content"),
    "caution": ("程序读取、比对、计数；是否认定由评审部门决定。", "The program reads, compares and counts; people decide."),
    # login
    "login": ("登录", "Sign in"),
    "login.hint": ("请输入访问密钥。", "Please enter your access key."),
    "login.key": ("访问密钥", "Access key"),
    "login.wrong": ("密钥不对，或已停用。", "That key is wrong or was withdrawn."),
    "login.local": ("请用 extractor review 给出的完整网址打开本页。", "Please open this page by the whole address that extractor review printed."),
    # queue
    "queue.none": ("没有材料。", "No packets."),
    "queue.filter": ("查找名称、办法…", "Find a name, a scheme …"),
    "queue.all": ("全部", "All"),
    "queue.packet": ("申请单位／材料", "Applicant / packet"),
    "queue.scheme": ("办法", "Scheme"),
    "queue.as_of": ("核对基准日", "Judged as of"),
    "queue.pages": ("页", "Pages"),
    "queue.errors": ("不符", "Errors"),
    "queue.warns": ("存疑问题", "Warnings"),
    "queue.materials": ("材料待补", "Papers"),
    "queue.doubtful": ("存疑数据", "Doubtful"),
    "queue.state": ("状态", "State"),
    "queue.by": ("最近处理", "Last by"),
    "queue.keys": ("j / k 选择，Enter 打开，/ 查找", "j / k choose, Enter opens, / finds"),
    "state.waiting": ("排队", "Waiting"),
    "state.reading": ("读取中", "Reading"),
    "state.failed": ("未能读取", "Failed"),
    "state.ready": ("待审", "To review"),
    "state.in_review": ("审核中", "In review"),
    "state.signed": ("已签字", "Signed"),
    # packet: head and parts
    "part.overview": ("总览", "Overview"),
    "part.materials": ("材料", "Materials"),
    "part.criteria": ("条件", "Criteria"),
    "part.findings": ("问题", "Findings"),
    "part.judgement": ("人工判断", "Judgement"),
    "part.lists": ("名单", "Lists"),
    "part.facts": ("数据", "Values"),
    "part.pages": ("页面", "Pages"),
    "part.log": ("处理记录", "Record"),
    "doubts": ("存疑 {n}", "{n} in doubt"),
    "doubts.key": ("其中影响结论 {n}", "{n} matter"),
    "doubts.none": ("没有存疑", "None in doubt"),
    "sign": ("签字", "Sign"),
    "signed_by": ("{by} 已签字（{at}）", "Signed by {by} ({at})"),
    "reopen": ("重新打开", "Reopen"),
    "export": ("导出", "Export"),
    "help": ("键盘", "Keys"),
    "close": ("关闭", "Close"),
    "cancel": ("取消", "Cancel"),
    "reload": ("载入最新内容", "Load the latest"),
    # viewer
    "page_no": ("第 {n} 页，共 {all} 页", "Page {n} of {all}"),
    "viewer": ("原件", "Page"),
    "goto": ("页码", "Page"),
    "previous": ("上一页", "Previous page"),
    "next": ("下一页", "Next page"),
    "zoom_in": ("放大", "Zoom in"),
    "zoom_out": ("缩小", "Zoom out"),
    "fit": ("整宽", "Fit width"),
    "turn": ("右转", "Turn right"),
    "boxes": ("框", "Boxes"),
    "no_picture": ("没有图像", "No picture"),
    "splitter": ("调整左右宽度", "Width of the panes"),
    # dock
    "dock": ("所选内容", "Selected"),
    "dock.empty": ("按 n 看下一个存疑的数据，或点任一内容。", "Press n for the next doubtful value, or pick anything."),
    "next_doubt": ("下一存疑", "Next doubt"),
    "previous_doubt": ("上一存疑", "Previous"),
    "no_more": ("没有存疑的数据了。", "Nothing is in doubt any more."),
    "as_read": ("读取时：{value}", "As read: {value}"),
    "raw": ("原文", "As printed"),
    "confidence": ("置信度", "Confidence"),
    "method": ("读取方式", "Read by"),
    "alternatives": ("也可能是", "Or perhaps"),
    "used_by": ("涉及", "Used by"),
    "row_of": ("{list} 第 {no} 行", "{list}, row {no}"),
    "act.accept": ("采纳", "Accept"),
    "act.correct": ("更正", "Correct"),
    "act.reject": ("不采纳", "Reject"),
    "act.restore": ("恢复原读数", "Restore"),
    "act.comment": ("意见", "Comment"),
    "act.ask": ("请说明", "Ask"),
    "act.confirm": ("属实", "Is so"),
    "act.dismiss": ("不成立", "No fault"),
    "act.verdict": ("我的结论", "My verdict"),
    "act.material": ("我的意见", "My view"),
    "act.row_accept": ("整行采纳", "Accept row"),
    "act.row_remove": ("删去整行", "Remove row"),
    "act.add": ("补录数据", "Add a value"),
    "act.add_row": ("补录一行", "Add a row"),
    "act.save": ("写入", "Save"),
    "form.value": ("更正为", "Correct to"),
    "form.reason": ("说明（可不填）", "Reason (optional)"),
    "form.comment": ("意见", "Comment"),
    "form.question": ("请申请单位说明什么", "What the applicant is to explain"),
    "form.field": ("字段", "Field"),
    "form.page": ("所在页", "Page"),
    "form.fill_one": ("至少填一列；按原件抄写，如 315万元、2021年3月。", "Fill one column at least, as printed: 315万元, 2021年3月."),
    "opinion.agree": ("同意", "Agree"),
    "opinion.disagree": ("不同意", "Disagree"),
    "opinion.met": ("符合", "Met"),
    "opinion.not_met": ("不符合", "Not met"),
    "opinion.not_applicable": ("不适用", "Not applicable"),
    "opinion.undecided": ("待定", "Undecided"),
    "finding_ids": ("{check}", "{check}"),
    "disposition.confirm": ("属实", "Is so"),
    "disposition.dismiss": ("不成立", "No fault"),
    "disposition.ask": ("已请说明", "Asked"),
    "stale": ("问题已变，请再看", "Changed since; look again"),
    "opinion_of": ("审核意见：{opinion}（{by}）", "Reviewer: {opinion} ({by})"),
    "remark.comment": ("{by}：{text}", "{by}: {text}"),
    "remark.ask": ("{by} 请申请单位说明：{text}", "{by} asks the applicant: {text}"),
    "passages": ("材料中的有关内容", "What the packet says"),
    "trace": ("算式", "Computed"),
    "readings": ("两种读法", "Readings"),
    "pages": ("页码", "Pages"),
    "facts": ("依据", "Evidence"),
    "more_facts": ("另有 {n} 处", "{n} more"),
    # changes
    "changes": ("重新核对的结果", "What the rules say now"),
    "changes.none": ("已写入。结论没有变化。", "Saved. No verdict changed."),
    "changes.arrow": ("{name}：{before} → {after}", "{name}: {before} → {after}"),
    "changes.new": ("新问题：{name}", "New finding: {name}"),
    "changes.gone": ("问题消除：{name}", "Finding gone: {name}"),
    "changes.message": ("问题仍在，内容已变：{name}", "Still a finding, reworded: {name}"),
    # lists
    "list.sets": ("{n} 行，读自 {sets} 处", "{n} rows from {sets} places"),
    "list.total": ("所注总数 {n}", "printed total {n}"),
    "list.more": ("继续载入…", "Loading more …"),
    "list.page": ("页", "Page"),
    "list.hint": ("底色越深越存疑；删去的行加删除线。", "The deeper the shade, the more doubtful; removed rows are struck out."),
    "facts.hint": ("同一字段在多处出现的分别列出，不合并。", "A field read in several places is listed for each; nothing is merged."),
    "open_only": ("只看未处理", "Open only"),
    # sign-off
    "sign.title": ("签字确认", "Sign off"),
    "sign.left": ("签字前请留意", "Before you sign"),
    "sign.clear": ("没有未处理的内容。", "Nothing is left open."),
    "sign.doubtful": ("还有 {n} 个存疑的数据", "{n} values are still in doubt"),
    "sign.findings": ("还有 {n} 个不符、存疑问题没有处理", "{n} findings are not dealt with"),
    "sign.judgement": ("还有 {n} 条须人工判断的条件没有写意见", "{n} criteria for judgement have no opinion"),
    "sign.note": ("签字后底稿冻结；只有负责人写明理由才能重新打开。", "Signing freezes the worksheet; only a lead may reopen it, with a reason."),
    "sign.opinion": ("审核意见（可不填）", "Opinion (optional)"),
    "sign.as": ("以 {name} 的名义签字", "Sign as {name}"),
    "reopen.reason": ("重新打开的理由", "Why it is reopened"),
    "reading_only": ("只读", "Read only"),
    # record
    "log.none": ("还没有处理记录。", "Nothing was decided yet."),
    "log.at": ("时间", "When"),
    "log.by": ("处理人", "Who"),
    "log.what": ("处理", "What"),
    "log.on": ("对象", "On"),
    "log.change": ("由 → 到", "From → to"),
    "log.reason": ("说明", "Reason"),
    "log.hint": ("每条记录都与前一条相连并由本机签名；extractor verify 可验证。", "Each entry is chained to the one before and signed by this site; extractor verify checks them."),
    "did.correct": ("更正", "Corrected"),
    "did.reject": ("不采纳", "Rejected"),
    "did.accept": ("采纳", "Accepted"),
    "did.restore": ("恢复", "Restored"),
    "did.add": ("补录", "Added"),
    "did.add_row": ("补录一行", "Row added"),
    "did.remove_row": ("删去一行", "Row removed"),
    "did.look_again": ("须复看", "To be looked at again"),
    "did.change_row": ("改一行", "Row changed"),
    "did.comment": ("意见", "Comment"),
    "did.confirm": ("属实", "Is so"),
    "did.dismiss": ("不成立", "No fault"),
    "did.ask": ("请说明", "Asked"),
    "did.verdict": ("结论意见", "Verdict"),
    "did.material": ("材料意见", "Material"),
    "did.sign_off": ("签字", "Signed"),
    "did.reopen": ("重新打开", "Reopened"),
    # keyboard
    "keys.title": ("键盘操作", "Keyboard"),
    "keys.n": ("下一个 / 上一个存疑的数据", "next / previous doubtful value"),
    "keys.a": ("采纳；问题：属实", "accept; finding: is so"),
    "keys.e": ("更正（Enter 写入，Esc 取消）", "correct (Enter saves, Esc cancels)"),
    "keys.x": ("不采纳；问题：不成立", "reject; finding: no fault"),
    "keys.c": ("写意见", "comment"),
    "keys.q": ("请申请单位说明", "ask the applicant"),
    "keys.v": ("写自己的结论", "give one's own verdict"),
    "keys.u": ("恢复原读数", "restore what was read"),
    "keys.j": ("下一项 / 上一项", "next / previous item"),
    "keys.digits": ("换一栏", "change part"),
    "keys.page": ("上一页 / 下一页", "previous / next page"),
    "keys.zoom": ("放大、缩小、整宽、右转", "zoom in, out, fit, turn"),
    "keys.g": ("回待审材料", "back to the queue"),
    "keys.help": ("本说明", "this help"),
    # errors
    "error.title": ("不能继续", "Cannot go on"),
    "error.csrf": ("页面已过期，请刷新后再试。", "The page has expired; reload it and try again."),
    "error.elsewhere": ("请求来自别的网站，已拒绝。", "The request came from another site and was refused."),
    "error.rights": ("您只有查看权限。", "You may look, but not decide."),
    "error.session": ("登录已过期，请重新登录。", "Your session is over; please sign in again."),
    "error.not_found": ("没有这一内容，可能已被更正或移走。", "That is not here; it may have been corrected or moved."),
    "error.input": ("提交的内容不完整，没有写入。", "What was sent is not complete; nothing was saved."),
    "error.busy": ("没有送到，请检查网络后再试；没有写入。", "Not sent; check the network and try again."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageWords:
    """Call it with a key of the page for the word; ``sheet`` has the worksheet's words."""

    language: Language
    sheet: Words

    def __call__(self, key: str, /, **values: object) -> str:
        """The word, its gaps filled.

        Raises:
            KeyError: there is no such key.
        """
        text = _OWN[key][0 if self.language == "zh" else 1]
        return text.format(**values) if values else text


_PAGE_WORDS: Mapping[Language, PageWords] = {
    "zh": PageWords("zh", words_of("zh")),
    "en": PageWords("en", words_of("en")),
}


def page_words(language: Language) -> PageWords:
    """The page's words in a language."""
    return _PAGE_WORDS[language]
