/// The body of a page: its header, a list of contents that stays in sight, its sections and a footer.
struct PageFrame {
  /// A section under a heading.
  struct Section {
    /// The anchor.
    let id: String
    /// The heading.
    let title: String
    /// What follows the heading.
    let body: HTML
  }

  /// What stands above the contents.
  let header: HTML
  /// The sections, in order.
  let sections: [Section]
  /// What stands below the sections.
  let footer: HTML

  /// The frame as HTML.
  var html: HTML {
    let links = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" as HTML }
    let bodies = sections.map { section -> HTML in
      """
      <section id="\(section.id)" aria-labelledby="\(section.id)-title">\
      <h2 id="\(section.id)-title">\(section.title)</h2>
      \(section.body)
      </section>
      """
    }
    return """
      <a class="skip" href="#content">Skip to the content</a>
      <header>
      \(header)
      </header>
      <nav aria-label="Contents" data-contents><div>\(HTML(links))</div></nav>
      <main id="content" tabindex="-1">
      \(HTML(bodies))
      </main>
      <footer>\(footer)</footer>
      """
  }
}
