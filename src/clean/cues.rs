//! What a short line is by its own words: labels and notices in use on very many unrelated sites. Everything
//! that belongs to one site is learnt from the corpus instead (furniture.rs).

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};
use std::sync::LazyLock;

/// What a label at the head of a credit line names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Where the text came from.
    Source,
    /// Who wrote it.
    Author,
    /// A correspondent, often of the press office.
    Correspondent,
    /// Who edited, checked or approved it.
    Editor,
    /// The address of the original.
    OriginalUrl,
    /// The original headline.
    OriginalTitle,
    /// When it was published.
    Time,
    /// Who made the pictures, or where a chart's figures are from: a credit, but not of the article.
    Photo,
}

/// Labels as `Readable` shows them (simplified, half width). The longest that fits wins.
pub const LABELS: &[(&str, Label)] = &[
    ("来源", Label::Source),
    ("来源于", Label::Source),
    ("稿件来源", Label::Source),
    ("文章来源", Label::Source),
    ("新闻来源", Label::Source),
    ("信息来源", Label::Source),
    ("内容来源", Label::Source),
    ("本文来源", Label::Source),
    ("消息来源", Label::Source),
    ("稿源", Label::Source),
    ("出处", Label::Source),
    ("来自", Label::Source),
    ("转自", Label::Source),
    ("转载自", Label::Source),
    ("本文转载自", Label::Source),
    ("文章转载自", Label::Source),
    ("本文转自", Label::Source),
    ("文章转自", Label::Source),
    ("本文来自", Label::Source),
    ("本文来源于", Label::Source),
    ("内容转自", Label::Source),
    ("内容来自", Label::Source),
    ("以上内容来自", Label::Source),
    ("本文摘自", Label::Source),
    ("本文选自", Label::Source),
    ("选自", Label::Source),
    ("综合自", Label::Source),
    ("整理自", Label::Source),
    ("综合整理自", Label::Source),
    ("编译自", Label::Source),
    ("来源自", Label::Source),
    ("来源媒体", Label::Source),
    ("信源", Label::Source),
    ("首发", Label::Source),
    ("本文首发于", Label::Source),
    ("转载来源", Label::Source),
    ("转载", Label::Source),
    ("摘自", Label::Source),
    ("原载", Label::Source),
    ("原载于", Label::Source),
    ("原刊于", Label::Source),
    ("供稿", Label::Source),
    ("供稿单位", Label::Source),
    ("发布单位", Label::Source),
    ("发稿单位", Label::Source),
    ("发布机构", Label::Source),
    ("发布部门", Label::Source),
    ("信息发布", Label::Source),
    ("source", Label::Source),
    ("作者", Label::Author),
    ("本文作者", Label::Author),
    ("文章作者", Label::Author),
    ("原作者", Label::Author),
    ("署名", Label::Author),
    ("主笔", Label::Author),
    ("编译", Label::Author),
    ("整理", Label::Author),
    ("评论员", Label::Author),
    ("本报评论员", Label::Author),
    ("特约评论员", Label::Author),
    ("撰稿人", Label::Author),
    ("特约撰稿", Label::Author),
    ("特约撰稿人", Label::Author),
    ("记者", Label::Author),
    ("本报记者", Label::Author),
    ("本网记者", Label::Author),
    ("本刊记者", Label::Author),
    ("本台记者", Label::Author),
    ("特约记者", Label::Author),
    ("见习记者", Label::Author),
    ("实习记者", Label::Author),
    ("实习生", Label::Author),
    ("全媒体记者", Label::Author),
    ("首席记者", Label::Author),
    ("文字", Label::Author),
    ("文", Label::Author),
    ("文图", Label::Author),
    ("图文", Label::Author),
    ("文/图", Label::Author),
    ("图/文", Label::Author),
    ("文、图", Label::Author),
    ("图、文", Label::Author),
    ("撰文", Label::Author),
    ("撰稿", Label::Author),
    ("采写", Label::Author),
    ("采访", Label::Author),
    ("执笔", Label::Author),
    ("author", Label::Author),
    ("by", Label::Author),
    ("通讯员", Label::Correspondent),
    ("特约通讯员", Label::Correspondent),
    ("编辑", Label::Editor),
    ("责任编辑", Label::Editor),
    ("责编", Label::Editor),
    ("本文编辑", Label::Editor),
    ("网络编辑", Label::Editor),
    ("值班编辑", Label::Editor),
    ("实习编辑", Label::Editor),
    ("执行编辑", Label::Editor),
    ("新媒体编辑", Label::Editor),
    ("文字编辑", Label::Editor),
    ("美术编辑", Label::Editor),
    ("图片编辑", Label::Editor),
    ("整理编辑", Label::Editor),
    ("网编", Label::Editor),
    ("签发", Label::Editor),
    ("编审", Label::Editor),
    ("编校", Label::Editor),
    ("校对", Label::Editor),
    ("校审", Label::Editor),
    ("审核", Label::Editor),
    ("审校", Label::Editor),
    ("初审", Label::Editor),
    ("复审", Label::Editor),
    ("终审", Label::Editor),
    ("一审", Label::Editor),
    ("二审", Label::Editor),
    ("三审", Label::Editor),
    ("监制", Label::Editor),
    ("主编", Label::Editor),
    ("总编", Label::Editor),
    ("值班主任", Label::Editor),
    ("editor", Label::Editor),
    ("原文链接", Label::OriginalUrl),
    ("原文地址", Label::OriginalUrl),
    ("原文网址", Label::OriginalUrl),
    ("原始链接", Label::OriginalUrl),
    ("原链接", Label::OriginalUrl),
    ("查看原文", Label::OriginalUrl),
    ("阅读原文", Label::OriginalUrl),
    ("来源链接", Label::OriginalUrl),
    ("来源网址", Label::OriginalUrl),
    ("文章链接", Label::OriginalUrl),
    ("本文链接", Label::OriginalUrl),
    ("本文网址", Label::OriginalUrl),
    ("本文地址", Label::OriginalUrl),
    ("文章地址", Label::OriginalUrl),
    ("来源地址", Label::OriginalUrl),
    ("转载地址", Label::OriginalUrl),
    ("转载链接", Label::OriginalUrl),
    ("原文出处", Label::OriginalUrl),
    ("原文url", Label::OriginalUrl),
    ("点击查看原文", Label::OriginalUrl),
    ("网址", Label::OriginalUrl),
    ("原文", Label::OriginalUrl),
    ("链接", Label::OriginalUrl),
    ("原标题", Label::OriginalTitle),
    ("原题", Label::OriginalTitle),
    ("时间", Label::Time),
    ("日期", Label::Time),
    ("发布时间", Label::Time),
    ("发表时间", Label::Time),
    ("发布日期", Label::Time),
    ("更新时间", Label::Time),
    ("图", Label::Photo),
    ("图片", Label::Photo),
    ("图片来源", Label::Photo),
    ("资料来源", Label::Photo),
    ("数据来源", Label::Photo),
    ("视频来源", Label::Photo),
    ("图源", Label::Photo),
    ("供图", Label::Photo),
    ("摄影", Label::Photo),
    ("摄", Label::Photo),
    ("photo", Label::Photo),
];

/// How a line of a page's own machinery begins, on sites of every kind.
const MACHINERY: &[&str] = &[
    "上一篇",
    "下一篇",
    "上一条",
    "下一条",
    "上一页",
    "下一页",
    "前一篇",
    "后一篇",
    "前一条",
    "后一条",
    "上篇:",
    "下篇:",
    "网友评论",
    "评论一下",
    "发表评论",
    "发布评论",
    "写评论",
    "我来说两句",
    "登录后评论",
    "还没有评论",
    "暂无评论",
    "评论仅代表网友",
    "查看更多评论",
    "展开全文",
    "阅读全文",
    "点击加载",
    "加载更多",
    "复制链接",
    "免责声明",
    "[免责声明",
    "【免责声明",
    "版权声明",
    "版权所有",
    "版权归",
    "copyright",
    "©",
    "all rights reserved",
    "分享到",
    "分享至",
    "字号",
    "字体",
    "【字体",
    "[字体",
    "您当前的位置",
    "当前位置",
    "您的位置",
    "您现在的位置",
    "当前所在",
    "首页 ",
    "首页>",
    "网站首页",
    "扫描二维码",
    "扫描下方二维码",
    "识别二维码",
    "微信扫码",
    "微信扫一扫",
    "微信搜索",
    "扫一扫",
    "扫码",
    "长按",
    "点击查看",
    "点击进入",
    "点击下载",
    "打开客户端",
    "打开app",
    "下载客户端",
    "立即下载",
    "返回顶部",
    "回顶部",
    "回到顶部",
    "返回首页",
    "回首页",
    "返回列表",
    "返回搜狐",
    "网站地图",
    "联系我们",
    "关于我们",
    "违法和不良信息",
    "不良信息举报",
    "举报电话",
    "举报邮箱",
    "打印本页",
    "关闭窗口",
    "微信图片_",
    "mmbiz",
    "声明:",
    "声明：",
    "特别声明",
    "郑重声明",
    "关注我们",
    "关注公众号",
    "关注微信公众号",
    "关注官方微信",
    "欢迎订阅",
    "订阅我们",
    "订阅本",
    "立即订阅",
    "点击订阅",
    "更多精彩内容",
    "欢迎关注",
    "欢迎访问",
    "打赏",
    "点赞",
    "收藏",
    "加入收藏",
    "我要纠错",
    "纠错",
    "我要举报",
    "上一张",
    "下一张",
    "点击图片进入",
    "点击图片浏览",
    "查看原图",
    "责任编辑:返回",
];

/// Words that make a short line machinery wherever they stand in it.
const ANYWHERE: &[&str] =
    &["icp备", "公网安备", "许可证编号", "备案号", "all rights reserved", "copyright ©", "客户端下载"];

/// Headers of link lists: the short lines after them belong to the list. With a colon and a link behind it a
/// header is a line of machinery.
const LIST_HEADERS: &[&str] = &[
    "相关阅读",
    "相关新闻",
    "相关链接",
    "相关文章",
    "相关推荐",
    "延伸阅读",
    "推荐阅读",
    "推荐新闻",
    "热点推荐",
    "热门推荐",
    "热门文章",
    "精彩推荐",
    "为您推荐",
    "猜你喜欢",
    "更多新闻",
    "最新评论",
    "最热评论",
    "热点新闻",
    "今日推荐",
    "大家都在看",
    "相关报道",
    "相关专题",
    "相关稿件",
    "编辑推荐",
    "更多阅读",
    "更多推荐",
    "热门新闻",
    "热门排行",
    "点击排行",
    "阅读排行",
    "新闻排行",
    "精彩图集",
    "图集推荐",
    "图片推荐",
    "视频推荐",
    "往期回顾",
    "大家还看了",
    "您可能感兴趣",
    "您可能还喜欢",
];

/// How captions begin.
const CAPTIONS: &[&str] =
    &["图为", "图:", "图一", "资料图", "(图片来源", "图片来源", "(资料图", "(图为", "新华社发", "视频截图"];

/// Words that make a short line a caption wherever they stand in it.
const PICTURE_CREDITS: &[&str] = &["图片来源", "供图", "图源:", "资料图片"];

/// What share bars and toolbars consist of.
const TOOLS: &[&str] = &[
    "分享",
    "分享:",
    "分享到",
    "分享到:",
    "分享至",
    "分享至:",
    "转发",
    "微信",
    "微信好友",
    "朋友圈",
    "微博",
    "新浪微博",
    "腾讯微博",
    "qq",
    "qq好友",
    "qq空间",
    "豆瓣",
    "人人网",
    "贴吧",
    "百度贴吧",
    "facebook",
    "twitter",
    "line",
    "whatsapp",
    "telegram",
    "email",
    "复制链接",
    "复制网址",
    "二维码",
    "打印",
    "收藏",
    "点赞",
    "赞",
    "评论",
    "举报",
    "纠错",
    "反馈",
    "大",
    "中",
    "小",
    "关闭",
    "返回",
    "首页",
    "顶部",
    "返回顶部",
    "客户端",
    "app",
    "更多",
    "搜索",
    "登录",
    "注册",
    "手机版",
    "繁体",
    "简体",
    "无障碍",
    "rss",
    "tags",
    "tag",
];

/// What a short line says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// A credit, with the label found first.
    Credit(Label),
    /// A line of the site's machinery.
    Machinery,
    /// The header of a list of links.
    ListHeader,
    /// A picture's caption or file name.
    Caption,
}

struct Patterns {
    labels: AhoCorasick,
    label_kinds: Vec<Label>,
    machinery: AhoCorasick,
    /// [`PICTURE_CREDITS`], then [`ANYWHERE`].
    anywhere: AhoCorasick,
    lists: AhoCorasick,
    captions: AhoCorasick,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    labels: prefixes(LABELS.iter().map(|l| l.0)),
    label_kinds: LABELS.iter().map(|l| l.1).collect(),
    machinery: prefixes(MACHINERY.iter().copied()),
    anywhere: AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .ascii_case_insensitive(true)
        .build(PICTURE_CREDITS.iter().chain(ANYWHERE))
        .unwrap_or_else(|e| unreachable!("{e}")),
    lists: prefixes(LIST_HEADERS.iter().copied()),
    captions: prefixes(CAPTIONS.iter().copied()),
});

fn prefixes<'a>(words: impl Iterator<Item = &'a str>) -> AhoCorasick {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::LeftmostLongest)
        .start_kind(StartKind::Anchored)
        .ascii_case_insensitive(true)
        .build(words)
        .unwrap_or_else(|e| unreachable!("a table of a few dozen words builds: {e}"))
}

fn begins(patterns: &AhoCorasick, text: &str) -> Option<(usize, usize)> {
    patterns.find(Input::new(text).anchored(Anchored::Yes)).map(|m| (m.pattern().as_usize(), m.end()))
}

/// What may stand before a label: blanks, brackets and bullets.
const OPENERS: &[char] =
    &[' ', '\t', '(', '[', '【', '〔', '<', '《', '·', '•', '■', '▲', '●', '*', '-', '—', '|', '/'];
/// What may stand between a label and its value.
const SEPARATORS: &[char] = &[':', '∶', '丨', '|', '/', '│', '∣', '︱', '→', '►', '▶'];

/// The label that `text` begins with and where its value begins. A label needs a separator (`来源:`, `文/`) or,
/// for `记者 X`, `转自X` and the like, may do without: `bare` says so.
pub fn label(text: &str) -> Option<(Label, usize, bool)> {
    let head = text.trim_start_matches(OPENERS);
    let skipped = text.len() - head.len();
    let (which, end) = begins(&PATTERNS.labels, head)?;
    let kind = PATTERNS.label_kinds[which];
    let rest = &head[end..];
    let value = rest.trim_start();
    match value.strip_prefix(SEPARATORS) {
        Some(after) => Some((kind, text.len() - after.len(), false)),
        None => Some((kind, skipped + end, true)),
    }
}

/// Labels that name their value without a separator: `记者 张三`, `转自墨川日报`; some only when a blank follows:
/// `来源 墨川日报`.
fn works_bare(kind: Label, word: &str, rest: &str) -> bool {
    let blank = rest.starts_with([' ', '\t']);
    match kind {
        Label::Author => word.ends_with("记者") || (blank && word.chars().count() >= 2),
        Label::Correspondent => word.ends_with("通讯员"),
        Label::Source => {
            ["转自", "转载自", "摘自", "选自", "来源于", "首发于", "原载于"].iter().any(|end| word.ends_with(end))
                || word == "原载"
                || (blank && word.ends_with("来源"))
        }
        Label::Editor => blank || matches!(word, "责任编辑" | "责编"),
        Label::OriginalUrl => rest.trim_start().starts_with("http"),
        _ => false,
    }
}

/// What a short line, as [`super::Readable`] shows it, says of itself; `None` for lines that say nothing.
/// Meant for lines of at most some sixty characters. Linear in the line.
pub fn cue(line: &str) -> Option<Cue> {
    let line = line.trim();
    let opened = line.trim_start_matches(OPENERS);
    let header = begins(&PATTERNS.lists, opened).map(|(_, end)| &opened[end..]);
    if header.is_some_and(|rest| !rest.contains(char::is_alphanumeric)) {
        return Some(Cue::ListHeader);
    }
    let (mut pictured, mut sited) = (false, false);
    for found in PATTERNS.anywhere.find_iter(line) {
        let picture = found.pattern().as_usize() < PICTURE_CREDITS.len();
        (pictured, sited) = (pictured || picture, sited || !picture);
    }
    if pictured || begins(&PATTERNS.captions, line).is_some() {
        return Some(Cue::Caption);
    }
    let is_link = header.is_some_and(|rest| rest.starts_with([':', ' ', '|', '>', '】', ']']));
    if sited || is_link || begins(&PATTERNS.machinery, line).is_some() || is_image_name(line) || is_toolbar(line) {
        return Some(Cue::Machinery);
    }
    credit(line).map(Cue::Credit)
}

/// True for a line of tools (`分享到: 微信 微博 QQ空间`, `大 中 小`) or the count of a gallery (`2/6`, `(2/6)`).
fn is_toolbar(line: &str) -> bool {
    let mut words = 0;
    let all_tools = line.split([' ', '|', '/', '·', '\t']).filter(|word| !word.is_empty()).all(|word| {
        words += 1;
        TOOLS.iter().any(|tool| tool.eq_ignore_ascii_case(word))
    });
    if all_tools && words >= 2 {
        return true;
    }
    let count = line.trim_start_matches(['(', '[']).trim_end_matches([')', ']']).split_once('/');
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    count.is_some_and(|(at, of)| is_number(at.trim()) && is_number(of.trim()))
}

/// The label of a credit line: one at its head, or one after a blank, bracket or bar
/// (`2024-01-02 10:30  来源:墨川日报`, `墨川新闻 记者 张三`).
fn credit(line: &str) -> Option<Label> {
    if let Some(kind) = credit_at(line) {
        return Some(kind);
    }
    let mut from = 0;
    while let Some(gap) = line[from..].find([' ', '(', '[', '【', '|', '丨', '\t']) {
        let at = from + gap;
        let next = at + line[at..].chars().next().map_or(1, char::len_utf8);
        if let Some(kind) = credit_at(&line[next..]) {
            return Some(kind);
        }
        from = next;
    }
    None
}

/// The label that `text` begins with, when a separator follows it or it does without one.
fn credit_at(text: &str) -> Option<Label> {
    let (kind, value, bare) = label(text)?;
    let head = text.trim_start_matches(OPENERS);
    let word = &head[..value.saturating_sub(text.len() - head.len()).min(head.len())];
    let rest = &text[value..];
    let is_address = kind == Label::OriginalUrl && rest.trim_start().starts_with("http");
    (!bare || (works_bare(kind, word, rest) && (is_brief(rest) || is_address))).then_some(kind)
}

/// True for a value that can be a name or two, not the rest of a sentence.
fn is_brief(value: &str) -> bool {
    value.chars().count() <= 24 && !value.contains(['。', ',', ';'])
}

/// True for a line that is nothing but the name of a picture file.
fn is_image_name(line: &str) -> bool {
    let Some((name, kind)) = line.rsplit_once('.') else { return false };
    !name.contains(' ') && ["jpg", "jpeg", "png", "gif", "webp"].iter().any(|end| kind.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_lines_of_many_shapes() {
        for (line, kind) in [
            ("来源:墨川日报", Label::Source),
            ("2024-01-02 10:30:00  来源:墨川日报", Label::Source),
            ("(来源:墨川日报)", Label::Source),
            ("转自墨川日报", Label::Source),
            ("本文转载自墨川日报", Label::Source),
            ("来源 | 墨川日报", Label::Source),
            ("作者: 张三", Label::Author),
            ("文/张三", Label::Author),
            ("文丨张三", Label::Author),
            ("记者 张三", Label::Author),
            ("[责编:李四]", Label::Editor),
            ("编辑 李四", Label::Editor),
            ("10:30  来源 墨川日报", Label::Source),
            ("墨川新闻 记者 张三 通讯员 李四 报道", Label::Author),
            ("阅读原文 https://x.example/1", Label::OriginalUrl),
            ("原文链接:https://x.example/1", Label::OriginalUrl),
            ("原标题:某事", Label::OriginalTitle),
            ("时间:2024-10-10 作者:佚名 来源:某部", Label::Time),
        ] {
            assert_eq!(cue(line), Some(Cue::Credit(kind)), "{line}");
        }
    }

    #[test]
    fn machinery_and_captions() {
        assert_eq!(cue("上一篇:某某"), Some(Cue::Machinery));
        assert_eq!(cue("某ICP备00000000号"), Some(Cue::Machinery));
        assert_eq!(cue("IMG_2024.jpg"), Some(Cue::Machinery));
        assert_eq!(cue("相关阅读:"), Some(Cue::ListHeader));
        assert_eq!(cue("图为施工现场。"), Some(Cue::Caption));
        for line in [
            "相关阅读:河堤上的早市",
            "分享到: 微信 微博 QQ空间",
            "大 中 小",
            "(2/6)",
            "3 / 12",
            "扫描二维码看直播",
            "订阅本报电子版",
        ] {
            assert_eq!(cue(line), Some(Cue::Machinery), "{line}");
        }
    }

    #[test]
    fn sentences_are_none_of_these() {
        for line in [
            "相关新闻发布会定在下周一",
            "2024/3/5",
            "大 雪",
            "微信里的家长群",
            "文化馆里人头攒动",
            "记者在现场看到，队伍很长。",
            "编辑部的故事",
            "他说:来源很多",
            "水 来源很多",
        ] {
            assert_eq!(cue(line), None, "{line}");
        }
    }
}
