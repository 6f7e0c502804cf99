//! What is the article on a saved web page, and what does the page state of it?
//!
//! A page is thinned (`thin.rs`), parsed, and read as lines (`lines.rs`); `main_text.rs` chooses the lines of the
//! article, `meta.rs` reads what the page states for machines. Rules are general: shares of links, marks of sentences,
//! words in use everywhere; none is of one site.

mod charset;
mod data_tables;
mod elements;
mod features;
mod lines;
mod main_text;
mod meta;
mod opinions;
mod thin;
mod titles;
mod words;

pub use charset::{declared_charset, decode};
pub use features::FEATURES;

use dom_query::Document;
use lines::Lines;
use main_text::Chosen;
use meta::Meta;
use opinions::Opinions;

/// What was read of a saved page. Absent and empty are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The headline.
    pub title: Option<String>,
    /// Headline, credit lines above the article, its paragraphs, credit lines below it: a line each. Empty for a page
    /// without text.
    pub text: String,
    /// The canonical address.
    pub url: Option<String>,
    /// The site, as the page names itself.
    pub outlet: Option<String>,
    /// The writer, as meta tags or JSON-LD name one.
    pub author: Option<String>,
    /// Where the text came from, as meta tags or JSON-LD name it.
    pub source: Option<String>,
    /// When it was published: as its credit lines print it, else as meta tags or JSON-LD do.
    pub published: Option<String>,
}

/// Reads a decoded page. Never fails: a page without an article gives its title and no text. Time and memory are
/// linear in its length and bounded: no more than 8 MB of markup without scripts and 100,000 elements are read.
pub fn extract(html: &str) -> Page {
    let thin = thin::thin(html);
    let document = Document::from(thin.markup.as_str());
    let meta = meta::meta(&document, &thin);
    let page = lines::lines(&document);
    let titles = titles(&meta);
    let opinions = Opinions::of(&page, document, &meta, &titles);
    let chosen = main_text::choose(&page, &opinions, &titles);
    let text = |at: &usize| page.lines[*at].text.as_str();
    let title = match &chosen.headline {
        Some(at) => Some(without_mark(text(at), &titles).to_owned()),
        None => meta.headline.clone().or_else(|| meta.title.as_deref().map(without_site)),
    };
    let lines = record_lines(&page, &chosen, title.as_deref(), &meta);
    let published = printed_time(&page, &chosen, meta.published.as_deref());
    Page {
        title,
        text: lines.join("\n"),
        url: meta.url,
        outlet: meta.outlet,
        author: (!meta.authors.is_empty()).then(|| meta.authors.join("、")),
        source: meta.source,
        published: published.or(meta.published),
    }
}

/// The lines of a page that may be of its article, in order, and what the model of the main text sees of each: a value for
/// each of [`FEATURES`]. The script that fits the model reads them.
pub fn line_features(html: &str) -> Vec<(String, [f64; FEATURES.len()])> {
    let thin = thin::thin(html);
    let document = Document::from(thin.markup.as_str());
    let meta = meta::meta(&document, &thin);
    let page = lines::lines(&document);
    let opinions = Opinions::of(&page, document, &meta, &titles(&meta));
    let rows = features::features(&page, &opinions);
    rows.into_iter().map(|(at, row)| (page.lines[at].text.clone(), row)).collect()
}

/// What a page's head calls it, the likeliest first.
fn titles(meta: &Meta) -> Vec<String> {
    [&meta.headline, &meta.title].into_iter().flatten().cloned().collect()
}

/// The lines of the record's text. What only meta tags and JSON-LD state of source and writer is below the credit
/// lines, in the words that credit lines use.
fn record_lines(page: &Lines, chosen: &Chosen, title: Option<&str>, meta: &Meta) -> Vec<String> {
    if chosen.body.is_empty() {
        return Vec::new();
    }
    let text = |at: &usize| page.lines[*at].text.clone();
    let mut lines: Vec<String> = title.map(str::to_owned).into_iter().collect();
    lines.extend(credit_lines(page, &chosen.head));
    let shown = |name: &str| {
        let kept = chosen.head.iter().chain(&chosen.body).chain(&chosen.tail);
        kept.into_iter().any(|at| page.lines[*at].text.contains(name))
    };
    let credited = |name: &str| {
        let around = chosen.head.iter().chain(&chosen.tail).map(|at| &page.lines[*at].text);
        has_han(name) && around.into_iter().any(|line| line.contains(name))
    };
    let is_site = |name: &str| {
        [&meta.title, &meta.outlet]
            .into_iter()
            .flatten()
            .any(|site| site.contains(name) || name.contains(site.as_str()))
    };
    let source = meta.source.as_deref().filter(|source| !shown(source) && !is_site(source));
    if let Some(source) = meta.account.as_deref().or(source) {
        lines.push(format!("来源：{source}"));
    }
    lines.extend(byline(meta.authors.iter().map(String::as_str).filter(|name| !is_site(name) && !credited(name))));
    lines.extend(paragraphs(page, chosen));
    lines.extend(chosen.tail.iter().map(text));
    lines
}

/// The lines of the article, those of one row of a table as one.
fn paragraphs(page: &Lines, chosen: &Chosen) -> Vec<String> {
    let row_of = |at: usize| {
        let row = chosen.rows.partition_point(|row| row.end <= at);
        chosen.rows.get(row).filter(|row| row.contains(&at))
    };
    let of_one_row = |a: &usize, b: &usize| row_of(*a).is_some() && row_of(*a) == row_of(*b);
    let joined = |lines: &[usize]| lines.iter().map(|&at| page.lines[at].text.as_str()).collect::<Vec<_>>().join(" ");
    chosen.body.chunk_by(of_one_row).map(joined).collect()
}

/// The writers as a credit line: `作者：甲、乙`, `By Jane Roe and John Doe`.
fn byline<'n>(names: impl Iterator<Item = &'n str>) -> Option<String> {
    let names: Vec<&str> = names.collect();
    if names.iter().any(|name| has_han(name)) {
        return Some(format!("作者：{}", names.join("、")));
    }
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() { format!("By {last}") } else { format!("By {} and {last}", others.join(", ")) })
}

/// The credit lines above an article; a name next to a date that the page sets as two lines makes one with it.
fn credit_lines(page: &Lines, head: &[usize]) -> Vec<String> {
    let text = |at: usize| page.lines[at].text.as_str();
    let is_name = |at: usize| page.lines[at].chars <= 14 && !words::is_credit(text(at));
    let is_date = |at: usize| words::is_dated(text(at)) && !words::is_named(text(at));
    let mut lines: Vec<String> = Vec::new();
    let mut k = 0;
    while k < head.len() {
        let pair = head.get(k + 1).filter(|&&next| next == head[k] + 1 || next <= head[k] + 2);
        match pair {
            Some(&next) if is_name(head[k]) && is_date(next) => {
                lines.push(format!("{} {}", text(head[k]), text(next)));
                k += 2;
            }
            _ => {
                lines.push(text(head[k]).to_owned());
                k += 1;
            }
        }
    }
    lines
}

/// The time that the lines around the article print; one without a year is of the year that `machine` begins with. Pages
/// without Han print days and months in many orders and clocks of unnamed zones, so that a clock for machines is better.
fn printed_time(page: &Lines, chosen: &Chosen, machine: Option<&str>) -> Option<String> {
    if machine.is_some_and(|time| time.contains(':')) && !chosen.body.iter().any(|&at| has_han(&page.lines[at].text)) {
        return None;
    }
    // Dates are also printed as on a calendar, a part a line.
    let above = chosen.headline.map_or(0..0, |at| at + 1..chosen.start);
    let around = above.chain(chosen.head.iter().chain(&chosen.tail).copied());
    let printed = around.map(|at| page.lines[at].text.as_str()).collect::<Vec<_>>().join(" ");
    let year = machine.and_then(|time| time.get(..4)).filter(|year| year.bytes().all(|b| b.is_ascii_digit()));
    words::first_time(&printed, year)
}

fn has_han(text: &str) -> bool {
    text.contains(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
}

/// A headline without a mark that is before what the page's head calls it: `原创`.
fn without_mark<'t>(headline: &'t str, titles: &[String]) -> &'t str {
    let at = titles.iter().find_map(|title| headline.find(title.as_str())).unwrap_or(0);
    if headline[..at].chars().count() <= 4 { &headline[at..] } else { headline }
}

/// A title without the site's name at its end: `题目_要闻_某网`, `题目 - 某网`.
fn without_site(title: &str) -> String {
    let cut = title.find(['_', '|']).or_else(|| title.find(" - ")).or_else(|| title.rfind(['-', '—']));
    match cut {
        Some(at) if title[..at].chars().count() >= 4 => title[..at].trim().to_owned(),
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::processor_seconds;

    const PARAGRAPHS: [&str; 3] = [
        "霁州南门外的旧粮站上周改成了阅览室，靠窗的四十个座位从早到晚都有人。",
        "管理员说，书架用的是粮站原来的木仓板，刨掉一层旧漆，木纹就露了出来，客人都爱摸一摸。",
        "附近的小学放学以后，孩子们把书包往墙角一堆，各自找地方坐下，安静得能听见翻书的声音。",
    ];

    fn page(head: &str, body: &str) -> Page {
        extract(&format!("<html><head><title>旧粮站改成阅览室_霁州在线</title>{head}</head><body>{body}</body></html>"))
    }

    fn paragraphs(before: &str, after: &str) -> String {
        PARAGRAPHS.iter().map(|text| format!("{before}{text}{after}")).collect()
    }

    #[test]
    fn div_soup_with_menus_around() {
        let menu = "<li><a href=/a>要闻</a></li><li><a href=/b>本地</a></li>".repeat(9);
        let links = "<li><a href=/1>城东菜场搬了新家</a></li><li><a href=/2>河堤步道通到了柳湾</a></li>".repeat(4);
        let body = format!(
            "<ul class=menu>{menu}</ul><div class=w><h1>旧粮站改成阅览室</h1>\
             <div class=i><span class=t>2023-05-06 07:08</span><span class=s>来源：霁州晚报</span></div>\
             <div class=share>分享到：<a href=#>微博</a> <a href=#>微信</a></div>\
             <div class=c>{}<p>责任编辑：高文博</p></div>\
             <div class=r><h3>相关阅读</h3><ul>{links}</ul></div></div><div class=footer>版权所有 霁州在线</div>",
            paragraphs("<p>　　", "</p>\n")
        );
        let page = page("", &body);
        let want = ["旧粮站改成阅览室", "2023-05-06 07:08 来源：霁州晚报"];
        let lines: Vec<&str> = want.into_iter().chain(PARAGRAPHS).chain(["责任编辑：高文博"]).collect();
        assert_eq!(page.text.lines().collect::<Vec<_>>(), lines);
        assert_eq!(page.title.as_deref(), Some("旧粮站改成阅览室"));
        assert_eq!(page.published.as_deref(), Some("2023-05-06 07:08"));
    }

    #[test]
    fn tables_fonts_and_line_breaks() {
        let body = format!(
            "<table><tr><td><table><tr><td align=center><font size=4><b>旧粮站改成阅览室</b></font></td></tr>\
             <tr><td>霁州晚报 &nbsp; 2003年5月6日</td></tr><tr><td><font size=3>{}</font></td></tr></table></td>\
             <td><a href=1>要闻</a><br><a href=2>副刊</a></td></tr></table>",
            paragraphs("　　<font color=black>", "</font><br>\n")
        );
        let page = page("", &body);
        assert!(PARAGRAPHS.iter().all(|text| page.text.lines().any(|line| line == *text)), "{}", page.text);
        assert!(page.text.starts_with("旧粮站改成阅览室\n霁州晚报 2003年5月6日\n"), "{}", page.text);
        assert_eq!(page.published.as_deref(), Some("2003-05-06"));
        assert!(!page.text.contains("副刊"));
    }

    #[test]
    fn what_is_written_for_machines_is_read() {
        let head = r#"<link rel="canonical" href="https://n.example/1.html">
            <meta property="og:site_name" content="霁州在线"><meta name=author content="2041">
            <script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle",
            "headline":"旧粮站改成阅览室","datePublished":"2023-05-06T07:08:09+08:00",
            "author":[{"@type":"Person","name":"冯凯"},{"name":"蒋丽"}],"publisher":{"name":"别处"}}]}</script>"#;
        let page = page(head, &paragraphs("<p>", "</p>"));
        let fields = [&page.title, &page.url, &page.outlet, &page.author, &page.published];
        assert_eq!(
            fields.map(|field| field.as_deref().unwrap_or("-")),
            ["旧粮站改成阅览室", "https://n.example/1.html", "霁州在线", "冯凯、蒋丽", "2023-05-06T07:08:09+08:00"]
        );
    }

    #[test]
    fn credits_for_machines_only_are_written_out() {
        let head =
            "<meta name=source content='来源：苇城报'><meta name=author content=蒋丽><meta name=author content=a@b>";
        let page = page(head, &paragraphs("<p>", "</p>"));
        assert!(page.text.contains("\n来源：苇城报\n作者：蒋丽\n"), "{}", page.text);
        let site = super::extract(&format!(
            "<title>旧粮站改成阅览室_霁州在线</title><meta name=author content=霁州在线>{}",
            paragraphs("<p>", "</p>")
        ));
        assert!(!site.text.contains("作者"), "{}", site.text);
    }

    #[test]
    fn the_account_of_a_platform_is_the_outlet() {
        let head = "<meta property=og:site_name content=公众平台>";
        let body = format!("<h2>旧粮站改成阅览室</h2><a id=js_name> 河岸札记 </a>{}", paragraphs("<p>", "</p>"));
        let page = page(head, &body);
        assert_eq!(page.outlet.as_deref(), Some("河岸札记"));
        assert!(page.text.contains("\n来源：河岸札记\n"), "{}", page.text);
    }

    #[test]
    fn what_is_hidden_counts_only_where_no_article_is_shown() {
        let article = format!("<p>{}</p>", PARAGRAPHS.concat()).repeat(5);
        let spam = "<div style=display:none>彩票 游戏下载 手机报价 </div>".repeat(400);
        let page = page("", &format!("<h1>旧粮站改成阅览室</h1>{article}{spam}"));
        assert!(page.text.contains(PARAGRAPHS[0]) && !page.text.contains("彩票"), "{}", page.text.len());
        let by_script = super::extract(&format!(
            "<title>旧粮站改成阅览室</title><body><div style=display:none><h1>旧粮站改成阅览室</h1>{article}</div>"
        ));
        assert!(by_script.text.contains(PARAGRAPHS[0]), "{}", by_script.text);
    }

    #[test]
    fn paginated_and_mobile_pages() {
        let body = format!(
            "<header><a href=/>霁州在线</a><span>打开APP</span></header><section><h2>旧粮站改成阅览室</h2>\
             <p class=by><span class=s>苇城报</span><span class=t>05-06 07:08</span></p>{}</section>\
             <div class=page><a href=1>1</a> <a href=2>2</a> <a href=2>下一页</a> <a href=a>余下全文</a></div>\
             <section><h3>热门推荐</h3><p><a href=9>河堤步道通到了柳湾</a></p></section>",
            paragraphs("<p>", "</p>")
        );
        let page = page("<meta property=article:published_time content=2023-05-06T07:09:00+08:00>", &body);
        let lines: Vec<&str> = ["旧粮站改成阅览室", "苇城报 05-06 07:08"].into_iter().chain(PARAGRAPHS).collect();
        assert_eq!(page.text.lines().collect::<Vec<_>>(), lines);
        assert_eq!(page.published.as_deref(), Some("2023-05-06 07:08"));
    }

    #[test]
    fn a_gallery_keeps_its_captions() {
        let pictures: String =
            PARAGRAPHS.iter().map(|text| format!("<li><img src=1.jpg><p>{text}（冯凯 摄）</p></li>")).collect();
        let body = format!(
            "<h1>旧粮站改成阅览室</h1><div class=t>2023年5月6日 来源：霁州晚报</div><ul class=pics>{pictures}</ul>\
             <ul class=more><li><img src=2.jpg><a href=2>河堤步道</a></li><li><img src=3.jpg><a href=3>柳湾</a></li></ul>"
        );
        let page = page("", &body);
        assert!(PARAGRAPHS.iter().all(|text| page.text.contains(text)), "{}", page.text);
        assert!(page.text.contains("来源：霁州晚报") && !page.text.contains("柳湾"), "{}", page.text);
    }

    #[test]
    fn a_gb18030_page_by_its_meta_tag() {
        let html = format!("<meta charset=gb2312><title>旧粮站改成阅览室</title>{}", paragraphs("<p>", "</p>"));
        let (bytes, _, _) = encoding_rs::GB18030.encode(&html);
        let charset = declared_charset(&bytes).unwrap();
        let (text, _, damaged) = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap().decode(&bytes);
        assert!(!damaged);
        assert!(PARAGRAPHS.iter().all(|paragraph| extract(&text).text.contains(paragraph)));
    }

    #[test]
    fn a_short_article_is_not_its_comments() {
        let comment =
            "<div class=x><b>路人</b><p>说得真好，我家孩子也常去，就是周末人多，要早点占座，不然只能站着看。</p></div>";
        let article = PARAGRAPHS.repeat(2).iter().map(|text| format!("<p>{text}</p>")).collect::<String>();
        let body =
            format!("<h1>旧粮站改成阅览室</h1><div>{article}</div><h4>网友评论</h4><div>{}</div>", comment.repeat(20));
        let page = page("", &body);
        assert!(page.text.contains(PARAGRAPHS[2]) && !page.text.contains("占座"), "{}", page.text);
    }

    #[test]
    fn hostile_pages_end_soon() {
        let many = 300_000;
        let pages = [
            "<div>".repeat(many),
            "<a href=1><b><font color=1>".repeat(many / 3),
            "<table><tr><td>".repeat(many / 3),
            "<p".repeat(many),
            "<!--".repeat(many),
            "<svg><script>".repeat(many / 3),
            "<a title=\"".repeat(many / 3),
            "<x y='".repeat(many / 3),
            "&#x1F600;&amp;&nosuch;&#0;&#xFFFFFFFF;".repeat(many / 10),
            format!("<script>{}</script>", "x".repeat(8 << 20)),
            "</div></p></body></html>".repeat(many / 6),
            "<li>".repeat(many),
        ];
        for html in &pages {
            let seconds = processor_seconds(|| _ = extract(html));
            assert!(seconds < 60.0, "{} took {seconds} s", &html[..12]);
        }
    }

    #[test]
    fn nothing_comes_of_nothing() {
        for html in ["", " ", "<p>", "<!doctype html>", "<!--", "<a href=\"", "<html></html>", "<title></title>"] {
            assert_eq!(extract(html).text, "", "{html}");
        }
        let cut = page("", &paragraphs("<p>", ""));
        assert!(PARAGRAPHS.iter().all(|text| cut.text.contains(text)));
        assert_eq!(extract(PARAGRAPHS[0]).text, PARAGRAPHS[0]);
    }

    #[test]
    fn charsets_that_pages_declare() {
        for (html, want) in [
            ("<meta charset=\"GBK\">", Some("gbk")),
            ("<META http-equiv=Content-Type content='text/html; charset=gb2312'>", Some("gb2312")),
            ("<meta name=description content=x charset=big5/>", Some("big5")),
            ("<meta name=viewport content=width><meta charset=utf-8>", Some("utf-8")),
            ("<meta name=viewport content=width>", None),
            ("<metadata charset=gbk>", None),
            ("<meta charset", None),
            ("", None),
        ] {
            assert_eq!(declared_charset(html.as_bytes()).as_deref(), want, "{html}");
        }
    }
}
