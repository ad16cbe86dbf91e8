//! What stands around every page.

use sipwhy_catalogue::escape_html;

/// A whole page: its title, its body, and how many folders deep it lies.
pub(crate) fn page(title: &str, body: &str, depth: usize) -> String {
    let root = "../".repeat(depth);
    let title = escape_html(title);
    format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · sipwhy</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"{root}style.css\">\n\
         </head>\n\
         <body data-root=\"{root}\">\n\
         <header>\n\
         <a class=\"home\" href=\"{root}index.html\">sipwhy</a>\n\
         <div role=\"search\">\n\
         <input id=\"query\" type=\"search\" placeholder=\"305, busy, Via, 100 vs 305 …\" \
         aria-label=\"Search\" autocomplete=\"off\">\n\
         <ol id=\"hits\" hidden></ol>\n\
         </div>\n\
         </header>\n\
         <main>\n{body}</main>\n\
         <script src=\"{root}entries.js\"></script>\n\
         <script src=\"{root}search.js\"></script>\n\
         </body>\n\
         </html>\n"
    )
}
