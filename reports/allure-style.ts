/**
 * Styles for the descriptions of our cases, put into the head of the generated page: Allure keeps the tags of a
 * description, drops their attributes and resets their look. Nothing else of the page is touched, and the colours hold
 * on its light and its dark theme.
 */
export const DESCRIPTION_STYLE = `
.description__text { max-width: 72em; line-height: 1.45; }
.description__text h4 { margin: 18px 0 4px; font-size: 14px; font-weight: 700; }
.description__text h4:first-child { margin-top: 4px; }
.description__text p { margin: 0 0 6px; }
.description__text ul { margin: 0 0 6px; padding-left: 20px; list-style: disc; }
.description__text table { margin: 6px 0; border-collapse: collapse; }
.description__text th { padding: 2px 16px 2px 0; font-weight: 600; text-align: left; vertical-align: top; white-space: nowrap; }
.description__text td { padding: 2px 0; vertical-align: top; overflow-wrap: anywhere; }
.description__text pre { margin: 8px 0; padding: 10px 12px; border-radius: 6px; overflow-x: auto; background: rgba(127, 127, 127, 0.12); font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; white-space: pre; }
.description__text pre b { padding: 1px 0; background: rgba(245, 34, 45, 0.24); font-weight: 700; }
`;
