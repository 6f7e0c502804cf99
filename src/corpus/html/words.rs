//! Words by which a line of a page shows what it is, in use on sites of every kind: credits, the page's own
//! controls, the heads of lists of other articles.

use crate::lexicon::{SITE_CONTROLS, SITE_LIST_HEADERS, Words};
use regex::Regex;
use std::sync::LazyLock;

/// A pattern in which `SITE_WORDS` stands for words of single sites.
fn with_sites(pattern: &str, words: &Words) -> Regex {
    regex(&pattern.replace("SITE_WORDS", &words.iter().collect::<Vec<_>>().join("|")))
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|e| unreachable!("a fixed pattern compiles: {e}"))
}

/// Labels of credit lines.
static CREDIT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)来源|來源|稿源|出处|出處|转自|轉自|作者|记者|記者|通讯员|通訊員|编辑|編輯|责编|責編|校对|审核|监制|原标题|原標題|原题|发布时间|发布日期|發布|發表|时间[:：]|日期[:：]|供稿|撰文|撰稿|采写|执笔|編譯|编译|^[（(【\[]?[文图][/／丨|｜]|^by [a-z]|source:|reporter|editor",
    )
});

/// A label with its separator, as credits below an article have it.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?:来源|來源|稿源|出处|转自|作者|记者|記者|通讯员|编辑|編輯|责编|責編|校对|审核|监制|采写|撰文|撰稿|执笔|供稿|发布时间|发布日期|原标题|原題|原题[为：:]|原文链接)[为]?\s*[:：/丨|｜《]|责任编辑|^[（(【\[]?(?:来源|稿源|转自|据|原标题|原题|编辑|责编|文[/丨|])|[^。]{0,10}记者 ?[^，。]{2,12}$|^by [a-z]|originally published",
    )
});

/// A date, with or without a clock.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?x)
        (?: (?<year>(?:19|20)?\d\d) \s* [-/.年\s] \s* )? (?<month>\d{1,2}) \s* [-/.月] \s* (?<day>\d{1,2}) (?:\s*日)?
        (?: [\sT]* (?<hour>\d{1,2}) [:：时] (?<minute>\d\d) (?: [:：分] (?<second>\d\d) )? )?",
    )
});

/// The page's own controls: a line of nothing but these is no text.
static CONTROL: LazyLock<Regex> = LazyLock::new(|| {
    with_sites(
        r"(?x)
        ^(?: 分享(?:到|至|给)?(?:好友|朋友圈|和|微博|微信)* | 新?浪?微博 | 微信(?:好友|朋友圈)? | QQ(?:空间|好友)? | Qzone | SITE_WORDS | 人人网 | 豆瓣
        | 收藏(?:本文)? | 已收藏 | 举报 | 打印(?:本页)? | 关闭(?:窗口)? | 点赞 | 赞 | 踩 | 转发 | 评论 | 跟贴 | 推荐 | 关注 | 已关注 | 订阅 | 复制链接 | 更多 | 登录 | 注册
        | 纠错 | 我要纠错 | 我要反馈 | 反馈 | 返回(?:顶部|首页|列表)? | 回到?顶部 | 换一换 | 首页 | 正文 | 取消 | 确认 | 确定 | 知道了
        | 字[号体] | 调整字体 | 大字?体? | 中 | 小 | 超大 | 标准 | 放大(?:字体)? | 缩小(?:字体)? | 正常 | 默认 | 特大 | 较大 | A[-+]? | T
        | (?:条|人|次)?(?:评论|参与|跟贴|阅读|浏览|点击|播放|在看|赞)(?:数|量|次数)? | 加载更多 | 查看(?:更多|全部|原图|大图|评论)
        | 用?微信扫(?:描|码|一扫)?(?:二维码)? | 扫(?:一扫|码|描二维码)[^。]{0,20} | 手机(?:看新闻|阅读|查看) | 下载(?:APP|app|客户端) | 打开(?:APP|app|客户端)
        | 上一?[页篇条]?[:：]? | 下一?[页篇条]?[:：]? | 余下全文 | 全文 | 展开(?:全文)? | 点击(?:查看|进入|展开|下载|阅读)[^。]{0,16}
        | (?i:shares? | tweet | email | print | facebook | twitter | x | whatsapp | linkedin | pinterest | reddit | flipboard | copy\ link | save | subscribe
        | sign\ in | sign\ up | log\ in | menu | close | follow | listen | advertisements? | comments? | reply | read\ more | show\ more | load\ more | view\ more
        | (?:back\ )?to\ top | next | previous | home | search | gift | bookmark | (?:story\ )?continues?\ below\ advertisement | ad)
        | 广告 | 推广 | 标签 | 关键[词字] | 文章关键词 | 文章导航 | 图集 | \d+ | [\s:：|丨｜/·•>》+\-–—_.,，。()（）\[\]【】<>《★☆×✕…]
        )+$",
        &SITE_CONTROLS,
    )
});

/// Heads of lists of other articles, and of what else follows an article.
static LIST_HEAD: LazyLock<Regex> = LazyLock::new(|| {
    with_sites(
        r"(?x)
        ^[\s【\[（(■◆●▶》>]* (?: 相关(?:阅读|新闻|链接|文章|推荐|搜索|报道|专题|内容|信息|话题|资讯|附件|视频|事件)
        | 延伸(?:\s*[·•]?\s*)(?:阅读|推荐) | 推荐(?:阅读|新闻|文章|视频) | 热[点门](?:推荐|新闻|文章|评论|排行|话题)? | 精彩(?:推荐|图集|视频|组图) | 为[您你]推荐 | 猜你喜欢
        | [你您]可能[^。]{0,8}喜欢 | 更多(?:新闻|精彩|推荐|阅读|相关)[^。]{0,10} | 最新(?:评论|文章|发表|新闻|资讯|报道) | 最热评论 | 精彩评论 | 热评
        | 网友评论 | 发表评论 | 新闻评论 | 全部评论 | 作者最新文章 | [^。，]{0,8}最近文章 | 媒体报道 | 大家都在看 | 今日推荐 | 今日头条 | 编辑推荐 | 热帖 | 友情链接 | SITE_WORDS
        | 此前报道 | 上一[篇条页] | 下一[篇条页] | 上篇 | 下篇 | 往期(?:回顾|精选|推荐) | (?:关键[词字]|标签|文章关键词|TAGS?|Tags?)\s*(?:[:：>]|$) | 文章导航
        | 网?站?声明[:：] | 特别声明 | 免责声明 | 版权声明 | 郑重声明 | 风险提示[:：]
        | (?i: related(?:\ (?:articles?|stor(?:y|ies)|topics?|news|content|links?|posts?|coverage|reading|tags?|video|stories))?\s*(?:[:：]|$) | read\ (?:more|next|also)(?-u:\b) | also\ read(?-u:\b) | see\ also(?-u:\b)
        | more\ (?:from|on|stories|news|about|in|like|to\ read|coverage|top)(?-u:\b) | recommended | most\ (?:read|popular|viewed|shared|watched|recent) | trending | popular(?-u:\b) | you\ (?:may|might)\ (?:also\ )?(?:like|be)
        | sign\ up(?-u:\b) | (?:subscribe|get\ the|our)(?-u:\b).{0,30}(?-u:\b)newsletters? | share\ this | follow\ us | comments?$ | leave\ a\ (?:comment|reply) | up\ next | latest\ (?:news|stories|from|headlines|updates)
        | top\ (?:stories|news|headlines) | editors?['’]?s?\ picks? | what\ to\ read\ next | around\ the\ web | sponsored | promoted | topics?(?:\ in\ this)?\s*(?:[:：]|$) | tags?\s*(?:[:：]|$) | filed\ under | from\ our\ partners ) )",
        &SITE_LIST_HEADERS,
    )
});

/// True for a line that credits somebody or says when.
pub(super) fn is_credit(line: &str) -> bool {
    CREDIT.is_match(line) || is_dated(line)
}

/// True for a line that begins with a label, a colon or bar after it, or ends with a name in brackets that has one.
pub(super) fn is_labelled(line: &str) -> bool {
    LABELLED.is_match(line)
}

/// True for a line that is a date and little else, or begins or ends with a date and a clock.
pub(super) fn is_dated(line: &str) -> bool {
    DATE.find_iter(line).any(|found| {
        let rest = line.chars().count() - found.as_str().chars().count();
        let clock = found.as_str().contains([':', '：', '时']);
        let year = found.as_str().starts_with(['1', '2']) && found.len() >= 8;
        (clock || year) && rest <= if clock { 40 } else { 24 }
    })
}

/// True for a line that asks the reader to go, vote or load something.
pub(super) fn is_asking(line: &str) -> bool {
    ASKING.is_match(line)
}

/// True for a line that speaks of rights in the text.
pub(super) fn is_rights(line: &str) -> bool {
    RIGHTS.is_match(line)
}

/// Words of copyright lines and reprint notices.
static RIGHTS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)©|copyright|all rights reserved|terms of (?:use|service)|privacy (?:policy|notice|choices|preferences)|personal (?:data|information)|cookies?(?-u:\b)|consent|unsubscribe|subscri(?:be|ption)|newsletter|版权所有|版權所有|未经授权|未經授權|转载请|轉載請|ICP[备证]|许可证",
    )
});

/// Words that ask the reader to go, vote, load or subscribe.
static ASKING: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)点击|下载|投票|戳|扫码|客户端|专享|APP(?-u:\b)|(?-u:\b)(?:read (?:more|also|next|on|the full)|also read|see also|more:|click here|sign(?:ing)? up|signed up|subscribe|subscribers?|newsletters?|download|follow us|follow @|on (?:facebook|twitter|instagram|whatsapp|google news)|check out|share (?:it|this)|get the|your inbox|breaking news (?:emails|alerts)|unlimited|log ?in|already a|join (?:us|our|the conversation)|watch ?[:|]|listen ?[:|]|related ?[:|]|also on|more on|stay up to date|support us|donate)",
    )
});

/// True for a line that describes a picture or credits one.
pub(super) fn is_picture(line: &str) -> bool {
    PICTURE.is_match(line)
}

/// Words of captions and credits of pictures.
static PICTURE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?:image|images|photo|photos|picture|pictures|photograph|credit|pic|photo credit|illustration|graphic|video)(?: by| via| from| courtesy)?\s*[:/|]|getty|shutterstock|reuters/|/reuters|/afp|afp/|\((?:ap|afp|reuters|pa|epa)(?-u:\b)[^)]*\)\s*$|photo by|file photo|\(pictured|pictured (?:above|left|right)|[—–-] video$|摄[)）]?\s*$|图片来源|资料图|图片说明|圖片|圖[:：/]",
    )
});

/// True for a line that says who its writer is: a position, a career.
pub(super) fn is_biography(line: &str) -> bool {
    BIOGRAPHY.is_match(line)
}

/// Words of notes on an article's writer.
static BIOGRAPHY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?-u:\b)(?:is|was|has been) (?:a|an|the|our)(?-u:\b)[^.]{0,60}(?-u:\b)(?:reporter|editor|correspondent|journalist|writer|columnist|producer|contributor|author|blogger|fellow|professor)(?-u:\b)|(?-u:\b)(?:covers|covered|writes about|has written|reports on|joined the|contributed to this|can be reached|email:)(?-u:\b)|reporting by|edited by|editing by|written by",
    )
});

/// True for a line that says who, by a label.
pub(super) fn is_named(line: &str) -> bool {
    ["来源", "來源", "作者：", "作者:", "记者", "記者", "编辑", "編輯", "出处", "稿源"]
        .iter()
        .any(|label| line.contains(label))
}

/// True for a line of controls only, or of marks and figures.
pub(super) fn is_control(line: &str) -> bool {
    line.len() <= 240 && CONTROL.is_match(line.trim())
}

/// True for a line that is the head of a list of comments and nothing else.
pub(super) fn is_comments_head(line: &str) -> bool {
    line.len() <= 60 && COMMENTS_HEAD.is_match(line.trim())
}

/// Heads of lists of comments.
static COMMENTS_HEAD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:网友评论|新闻评论|最新评论|精彩评论|热门评论|全部评论|最热评论|发表评论|(?:reader )?comments(?: ?\(\d+\))?|leave a (?:comment|reply))[:：]?$",
    )
});

/// True for a line that begins a list of other articles or a notice that follows the article.
pub(super) fn is_list_head(line: &str) -> bool {
    LIST_HEAD.is_match(line)
}

/// The first date of `text` with a clock, else the first with a year; without a year, `year` is put in its place.
/// As `2023-05-06 07:08:09`, to the precision written. `None` without a date or a year.
pub(super) fn first_time(text: &str, year: Option<&str>) -> Option<String> {
    let times = || DATE.captures_iter(text).filter_map(|found| written(&found, year));
    times().find(|time| time.contains(':')).or_else(|| times().next())
}

fn written(found: &regex::Captures, year: Option<&str>) -> Option<String> {
    let number = |name: &str| found.name(name).and_then(|part| part.as_str().parse::<u32>().ok());
    let (month, day) = (number("month")?, number("day")?);
    let hour = number("hour").filter(|&hour| hour < 24);
    let year = match found.name("year") {
        Some(year) if year.len() == 2 => &format!("20{}", year.as_str()),
        Some(year) => year.as_str(),
        None => year.filter(|_| hour.is_some())?,
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let mut out = format!("{year}-{month:02}-{day:02}");
    if let (Some(hour), Some(minute)) = (hour, number("minute")) {
        out += &format!(" {hour:02}:{minute:02}");
        if let Some(second) = number("second") {
            out += &format!(":{second:02}");
        }
    }
    Some(out)
}
