//! Tables of figures inside an article: standings, prices, results. The model weighs lines one by one, and a cell reads
//! like no line of an article; so a table is judged as a whole.

use super::lines::{Lines, Tag};
use std::ops::Range;

/// Rows of two cells or more that a table of figures has at least; with fewer, tables serve to lay out a page.
const ROWS: usize = 3;
/// Characters of a cell, on average, at most: longer ones are text that a table lays out.
const CELL: usize = 40;

/// The rows of the tables of figures that lines of `article` (sorted) enclose, as ranges of lines.
pub(super) fn enclosed_rows(page: &Lines, article: &[usize]) -> Vec<Range<usize>> {
    let (Some(&first), Some(&last)) = (article.first(), article.last()) else { return Vec::new() };
    let enclosed = |table: &usize| {
        let block = page.blocks[*table];
        block.is_table && first < block.first && block.end <= last
    };
    let tables = (0..page.blocks.len()).filter(enclosed);
    tables.filter_map(|table| rows(page, table)).flatten().collect()
}

/// The rows of a table of figures; none for another table. One pass over its blocks.
fn rows(page: &Lines, table: usize) -> Option<Vec<Range<usize>>> {
    let end = page.blocks[table].end;
    let mut rows: Vec<Range<usize>> = Vec::new();
    let (mut row, mut cells, mut full) = (table, 0, 0);
    for (at, block) in page.blocks.iter().enumerate().skip(table + 1).take_while(|(_, block)| block.first < end) {
        if block.is_table {
            return None;
        }
        if block.is_row {
            (row, cells) = (at, 0);
            rows.push(block.first..block.end);
        }
        if block.tag == Tag::Cell && block.parent == row && block.first < block.end {
            cells += 1;
            full += usize::from(cells == 2);
        }
    }
    let lines = &page.lines[page.blocks[table].first..end];
    let chars: usize = lines.iter().map(|line| line.chars).sum();
    let linked: usize = lines.iter().map(|line| line.linked).sum();
    let is_figures = full >= ROWS && chars <= CELL * lines.len() && 2 * linked < chars;
    rows.retain(|row| !row.is_empty());
    is_figures.then_some(rows)
}

#[cfg(test)]
mod tests {
    use crate::corpus::html::extract;

    const BEFORE: &str = "河堤长跑昨日结束，三百多人跑完全程，成绩比去年提高不少，前几名的成绩如下表所示。";
    const AFTER: &str = "组委会说，明年的比赛将在五月举行，报名从三月开始，路线与今年相同，终点设在柳湾码头。";

    fn page(table: &str) -> String {
        let text = format!("<h1>河堤长跑结束</h1><p>{BEFORE}</p>{table}<p>{AFTER}</p>");
        extract(&format!("<title>河堤长跑结束</title><body><div>{text}</div>")).text
    }

    #[test]
    fn a_table_of_figures_belongs_to_the_article_around_it() {
        let row = |cells: [&str; 3]| format!("<tr><td>{}</td></tr>", cells.join("</td><td>"));
        let rows = [["名次", "姓名", "成绩"], ["1", "冯凯", "31:04"], ["2", "向雪", "31:40"]].map(row).concat();
        let text = page(&format!("<table>{rows}</table>"));
        assert!(text.contains("\n名次 姓名 成绩\n1 冯凯 31:04\n2 向雪 31:40\n"), "{text}");
    }

    #[test]
    fn tables_of_links_and_of_layout_do_not() {
        let link = "<tr><td><a href=1>柳湾码头的灯亮了</a></td><td><a href=2>河堤步道通到柳湾</a></td></tr>".repeat(4);
        let text = page(&format!("<table>{link}</table>"));
        assert!(!text.contains("柳湾码头的灯") && text.contains(AFTER), "{text}");
        let one = page("<table><tr><td>分享到</td><td>打印</td></tr></table>");
        assert!(!one.contains("打印"), "{one}");
    }
}
