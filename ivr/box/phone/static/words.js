// @ts-check
/** Every word the page itself says, in the languages it speaks. A new language is a new column here. */

const en = {
  title: "Browser phone",
  promise: "A practice line: no carrier, no charge.",
  to: "Number to call",
  from: "Calling from",
  withheld: "Withhold my number",
  keypad: "Dial pad",
  star: "star",
  hash: "hash",
  call: "Call",
  call_again: "Call again",
  hang_up: "Hang up",
  ready: "Ready",
  incoming: "Incoming call",
  answer: "Answer",
  decline: "Decline",
  calling: "Calling",
  ringing: "Ringing",
  connected: "Connected",
  dialing: "Ringing a person",
  talking: "Talking to a person",
  hold: "On hold",
  recording: "Recording",
  ended: "Call ended",
  busy: "Busy",
  failed: "Call failed",
  conversation: "What the caller hears",
  empty: "Press Call. Every word the caller hears appears here.",
  answered: "The line is open",
  plays: "Recording",
  beep: "Beep",
  dialing_to: "Ringing {to}",
  dialed_completed: "The conversation is over",
  dialed_busy: "They are on another call",
  dialed_no_answer: "They did not pick up",
  dialed_failed: "They could not be reached",
  bridged: "You are through: somebody picked up",
  you_pressed: "You pressed",
  unheard: "not heard",
  listening: "Waiting for a key",
  left_word: "You spoke for {time}",
  no_voice: "This browser has no {language} voice, so please read along.",
  microphone: "Speak now.",
  no_microphone: "No microphone: a tone stands in for your voice.",
  level: "Microphone level",
  finish: "Finish the message",
  by_caller: "You hung up.",
  by_hotline: "The hotline hung up.",
  by_callee: "The other person hung up.",
  by_carrier: "The carrier ended the call.",
  is_busy: "The line was busy.",
  no_answer: "The hotline did not answer.",
  lost: "The phone company cannot be reached any more: {reason}",
  cannot_call: "The call could not be made: {reason}",
  no_directory: "The phone company cannot be reached: {reason}. Reload the page to try again.",
  no_numbers: "No number leads here yet. Add one under “numbers” in the menus, then reload this page.",
  see_log: "See this call in the log",
  messages: "Text messages",
  message_came: "Text message to {to}",
  underneath: "What happens underneath",
  nothing_underneath: "Each webhook the carrier sends, and each fault it finds, is listed here during a call.",
  fault: "Fault",
  webhooks: "Webhooks: {count}",
  faults: "Faults: {count}",
};

/** @typedef {keyof typeof en} Word */

/** @type {Record<Word, string>} */
const vi = {
  title: "Điện thoại trên trình duyệt",
  promise: "Đường dây tập dượt: không qua nhà mạng, không tốn cước.",
  to: "Số cần gọi",
  from: "Gọi từ số",
  withheld: "Ẩn số của tôi",
  keypad: "Bàn phím",
  star: "sao",
  hash: "thăng",
  call: "Gọi",
  call_again: "Gọi lại",
  hang_up: "Gác máy",
  ready: "Sẵn sàng",
  incoming: "Có cuộc gọi đến",
  answer: "Nghe máy",
  decline: "Từ chối",
  calling: "Đang gọi",
  ringing: "Đang đổ chuông",
  connected: "Đã kết nối",
  dialing: "Đang gọi nhân viên",
  talking: "Đang nói chuyện",
  hold: "Đang giữ máy",
  recording: "Đang ghi âm",
  ended: "Đã kết thúc",
  busy: "Máy bận",
  failed: "Không gọi được",
  conversation: "Người gọi nghe thấy",
  empty: "Bấm Gọi. Từng lời người gọi nghe sẽ hiện ở đây.",
  answered: "Đã thông máy",
  plays: "Bản ghi âm",
  beep: "Tiếng bíp",
  dialing_to: "Đang gọi {to}",
  dialed_completed: "Cuộc nói chuyện đã kết thúc",
  dialed_busy: "Máy bên kia đang bận",
  dialed_no_answer: "Không ai bắt máy",
  dialed_failed: "Không liên lạc được",
  bridged: "Đã nối máy: có người trả lời",
  you_pressed: "Quý khách bấm",
  unheard: "không được nhận",
  listening: "Đang chờ phím",
  left_word: "Quý khách đã nói {time}",
  no_voice: "Trình duyệt này không có giọng {language}, xin đọc phụ đề.",
  microphone: "Xin mời nói.",
  no_microphone: "Không có micrô: một tiếng tút thay cho giọng của quý khách.",
  level: "Mức micrô",
  finish: "Kết thúc lời nhắn",
  by_caller: "Quý khách đã gác máy.",
  by_hotline: "Tổng đài đã gác máy.",
  by_callee: "Bên kia đã gác máy.",
  by_carrier: "Nhà mạng đã ngắt cuộc gọi.",
  is_busy: "Máy bận.",
  no_answer: "Tổng đài không bắt máy.",
  lost: "Mất liên lạc với tổng đài: {reason}",
  cannot_call: "Không gọi được: {reason}",
  no_directory: "Không liên lạc được với tổng đài: {reason}. Hãy tải lại trang.",
  no_numbers: "Chưa có số nào. Hãy thêm số vào mục “numbers” trong kịch bản, rồi tải lại trang.",
  see_log: "Xem cuộc gọi này trong nhật ký",
  messages: "Tin nhắn",
  message_came: "Tin nhắn gửi tới {to}",
  underneath: "Điều diễn ra bên dưới",
  nothing_underneath: "Mỗi webhook nhà mạng gửi và mỗi lỗi gặp phải sẽ hiện ở đây trong cuộc gọi.",
  fault: "Lỗi",
  webhooks: "Webhook: {count}",
  faults: "Lỗi: {count}",
};

/** @type {Record<Word, string>} */
const es = {
  title: "Teléfono del navegador",
  promise: "Una línea de práctica: sin operador y sin coste.",
  to: "Número al que llamar",
  from: "Llamar desde",
  withheld: "Ocultar mi número",
  keypad: "Teclado",
  star: "asterisco",
  hash: "almohadilla",
  call: "Llamar",
  call_again: "Llamar otra vez",
  hang_up: "Colgar",
  ready: "Listo",
  incoming: "Llamada entrante",
  answer: "Contestar",
  decline: "Rechazar",
  calling: "Llamando",
  ringing: "Sonando",
  connected: "Conectado",
  dialing: "Llamando a una persona",
  talking: "Hablando con una persona",
  hold: "En espera",
  recording: "Grabando",
  ended: "Llamada terminada",
  busy: "Ocupado",
  failed: "Llamada fallida",
  conversation: "Lo que oye quien llama",
  empty: "Pulse Llamar. Cada palabra que se oye aparece aquí.",
  answered: "La línea está abierta",
  plays: "Grabación",
  beep: "Pitido",
  dialing_to: "Llamando a {to}",
  dialed_completed: "La conversación ha terminado",
  dialed_busy: "Está en otra llamada",
  dialed_no_answer: "No contesta",
  dialed_failed: "No se pudo contactar",
  bridged: "Ya está en contacto: alguien ha contestado",
  you_pressed: "Ha pulsado",
  unheard: "no se oyó",
  listening: "Espera una tecla",
  left_word: "Ha hablado {time}",
  no_voice: "Este navegador no tiene voz en {language}; lea los subtítulos.",
  microphone: "Hable ahora.",
  no_microphone: "Sin micrófono: un tono sustituye a su voz.",
  level: "Nivel del micrófono",
  finish: "Terminar el mensaje",
  by_caller: "Usted ha colgado.",
  by_hotline: "La línea ha colgado.",
  by_callee: "La otra persona ha colgado.",
  by_carrier: "El operador ha terminado la llamada.",
  is_busy: "La línea estaba ocupada.",
  no_answer: "La línea no ha contestado.",
  lost: "Se ha perdido el contacto con la central: {reason}",
  cannot_call: "No se ha podido llamar: {reason}",
  no_directory: "No hay contacto con la central: {reason}. Recargue la página.",
  no_numbers: "Todavía no hay números. Añada uno en “numbers” en los menús y recargue la página.",
  see_log: "Ver esta llamada en el registro",
  messages: "Mensajes de texto",
  message_came: "Mensaje de texto para {to}",
  underneath: "Lo que ocurre por debajo",
  nothing_underneath: "Aquí aparecen, durante la llamada, cada webhook del operador y cada fallo.",
  fault: "Fallo",
  webhooks: "Webhooks: {count}",
  faults: "Fallos: {count}",
};

const LANGUAGES = { en, vi, es };

/** @typedef {keyof typeof LANGUAGES} Language */

const families = navigator.languages.map((tag) => tag.split("-")[0]);

/** The first of the reader's languages that the page speaks. */
export const language = /** @type {Language} */ (families.find((family) => family in LANGUAGES) ?? "en");

/** @param {Word} name @param {Record<string, string | number>} [values] put where {their name} stands */
export function word(name, values = {}) {
  return LANGUAGES[language][name].replace(/{(\w+)}/g, (_, key) => String(values[key] ?? ""));
}

/** @param {string} tag such as "vi-VN" @returns {string} the language's name for the reader */
export function languageName(tag) {
  return new Intl.DisplayNames([language], { type: "language" }).of(tag.split("-")[0]) ?? tag;
}

/** @param {Iterable<string>} names @returns {string} such as "Vietnamese or English" */
export const eitherOf = (names) => new Intl.ListFormat(language, { type: "disjunction" }).format(names);

/** Puts the reader's language wherever the page's markup names a word. */
export function translatePage() {
  document.documentElement.lang = language;
  document.title = word("title");
  for (const element of document.querySelectorAll("[data-word]"))
    element.textContent = word(/** @type {Word} */ (element.getAttribute("data-word")));
  for (const element of document.querySelectorAll("[data-word-label]"))
    element.setAttribute("aria-label", word(/** @type {Word} */ (element.getAttribute("data-word-label"))));
}
