/** Text that becomes part of something else: markup, or a template of SES. */

/** Signs of SES's template language, as signs that look like them and are none. The plan's file refuses them anyway. */
export function neutral(text: string): string {
  return text.replaceAll(/[{}\\]/g, (sign) => ({ '{': '｛', '}': '｝', '\\': '＼' })[sign] ?? sign);
}

/** For text between tags and in quoted attributes. */
export function escape(text: string): string {
  return text.replaceAll(
    /[<>&"']/g,
    (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign,
  );
}
