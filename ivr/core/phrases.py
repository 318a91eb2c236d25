"""The sentences the hotline says by itself, in each language we ship.

A language we do not ship brings its own under `languages:`; `ivr check` names the ones that are missing.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from ivr.core.menus import Texts, Value, Words

PHRASES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": MappingProxyType(
            {
                "option": "For {label}, press {key}.",
                "repeat": "To hear this again, press {key}.",
                "back": "To go back, press {key}.",
                "top": "For the main menu, press {key}.",
                "hang_up": "To end the call, press {key}.",
                "language": "For English, press {key}.",
                "silence": "We did not hear a key.",
                "wrong": "That is not one of the choices.",
                "ask_wrong": "That number is not right.",
                "confirm": "You entered {value}. If that is right, press 1. To enter it again, press 2.",
                "one_moment": "One moment, please.",
                "unattended": "Nobody is free to take your call at the moment.",
                "closed_by_fault": "We cannot take your call now because of a technical fault. We are sorry.",
                "closed_by_crowd": "So many people are calling that we can take no more calls at the moment.",
                "closed_for_short": "We are away for a short while. Please call again later.",
                "closed_for_today": "We are closed for the rest of the day.",
                "screen": "A call for {hotline}. To take it, press 1.",
                "call_back": "To be called back when it is your turn, press {key}.",
                "place": "To hear your place in line, press {key}.",
                "your_place": "You are number {place} in line.",
                "wait_range": "The wait is about {least} to {most} minutes.",
                "wait_about": "The wait is about {most} minutes.",
                "wait_short": "The wait is a minute or less.",
                "thanks_for_waiting": "Thank you for waiting.",
                "agent_coming": "Somebody is coming to the phone for you.",
                "cut_off": "We have lost the person you were talking to. You are next in line.",
                "recorded": "This conversation is recorded.",
                "may_record": "If you agree that this conversation is recorded, press 1.",
                "ring_here": "To be rung at the number you are calling from, press 1.",
                "ring_number": "Type the number at which we shall ring you, then press hash.",
                "keep_place": (
                    "You have a place in line already. To keep it and wait here instead, press 1."
                ),
                "ring_back": "We will ring you when it is your turn. You can hang up now.",
                "rings_back": "{hotline} is ringing you back. To talk to us now, press 1.",
                "offer": (
                    "{queue}, a caller from {caller}, in {language}, has waited {minutes} minutes. Press "
                    "1 to take the call."
                ),
                "offer_back": (
                    "{queue}, {caller} is to be rung back, in {language}, after {minutes} minutes. Press 1 "
                    "to have them rung."
                ),
                "asked": "{agent} asks you about a caller from {caller}. Press 1 to talk.",
                "sent_on": "{agent} sends you a caller.",
                "call_out": "You wish to call {caller}. Press 1, and we ring them.",
                "taken": "Somebody else has taken this call.",
                "caller_gone": "The caller has hung up.",
                "agent_number": "Please type your agent number, then press hash.",
                "agent_pin": "Please type your PIN, then press hash.",
                "agent_wrong": "That is not right.",
                "agent_held": "There were too many tries. Please call again later.",
                "agent_ready": "You are ready for calls.",
                "agent_break": "You are on a break.",
                "agent_wrap_up": "The call is over. Press 3 when you are done with it.",
                "agent_unsaid": "Say at your desk what the call was about, before you are done with it.",
                "agent_keys": (
                    "Press 1 when you are ready, 2 for a break, 3 when you are done with a call, star to "
                    "sign out."
                ),
                "agent_queues": "To close or open a queue, press 5.",
                "agent_queue_open": "{queue} is open. To close it, press {key}.",
                "agent_queue_closed": "{queue} is closed. To open it, press {key}.",
                "agent_queues_done": "To end, press star.",
                "agent_why": "Callers can hear why. To tell them nothing, press 0.",
                "agent_because": "To say: {reason} press {key}.",
                "agent_closed": "{queue} is closed now.",
                "agent_opened": "{queue} is open now.",
                "agent_goodbye": "You are signed out. Goodbye.",
                "survey_satisfaction": (
                    "How satisfied were you with our help? Press 1 for not at all, up to 5 for very."
                ),
                "survey_recommendation": (
                    "How likely are you to recommend us? Type a number from 0, not at all, to 10, very "
                    "likely, then press hash."
                ),
                "survey_solved": "Was it solved? For yes, press 1. For no, press 2.",
                "survey_comment": "If you like, tell us more after the tone, then press hash.",
                "survey_thanks": "Thank you. Your answers help us.",
                "text_satisfaction": (
                    "{hotline}: How satisfied were you with our help today? Reply 1 (not at all) to 5 "
                    "(very). STOP for no more messages."
                ),
                "text_recommendation": (
                    "{hotline}: How likely are you to recommend us? Reply 0 (not at all) to 10 (very "
                    "likely). STOP for no more messages."
                ),
                "text_solved": (
                    "{hotline}: Was it solved? Reply 1 for yes, 2 for no. STOP for no more messages."
                ),
                "text_comment": "{hotline}: If you like, tell us more. STOP for no more messages.",
                "text_thanks": "{hotline}: Thank you. Your answers help us.",
                "text_noted": "{hotline}: Thank you, we have noted it.",
                "answer_yes": (
                    "yes, yes please, yes thanks, yes thank you, yes it was, yep, yeah, yup, sure, ok, "
                    "solved, it was"
                ),
                "answer_no": (
                    "no, no thanks, no it was not, no it wasn't, nope, not yet, not really, not solved, "
                    "unsolved"
                ),
                "answer_numbers": "zero, one, two, three, four, five, six, seven, eight, nine, ten",
                "answer_points": "star, stars, point, points, out of five, out of ten",
                "sorry": "Something went wrong on our side. Please call again in a few minutes.",
                "goodbye": "Thank you for calling. Goodbye.",
                "star": "star",
                "hash": "hash",
            }
        ),
        "vi": MappingProxyType(
            {
                "option": "Bấm phím {key} để {label}.",
                "repeat": "Bấm phím {key} để nghe lại.",
                "back": "Bấm phím {key} để quay lại.",
                "top": "Bấm phím {key} để về menu chính.",
                "hang_up": "Bấm phím {key} để kết thúc cuộc gọi.",
                "language": "Tiếng Việt, bấm phím {key}.",
                "silence": "Chúng tôi chưa nhận được phím bấm của quý khách.",
                "wrong": "Lựa chọn này không có.",
                "ask_wrong": "Số này không đúng.",
                "confirm": "Quý khách đã nhập {value}. Nếu đúng, bấm phím 1. Để nhập lại, bấm phím 2.",
                "one_moment": "Xin quý khách chờ trong giây lát.",
                "unattended": "Hiện chưa có tổng đài viên nào nhận được cuộc gọi của quý khách.",
                "closed_by_fault": "Do sự cố kỹ thuật, chúng tôi chưa nhận được cuộc gọi. Xin thứ lỗi.",
                "closed_by_crowd": "Hiện có quá nhiều cuộc gọi, chúng tôi chưa thể nhận thêm.",
                "closed_for_short": "Chúng tôi tạm vắng trong ít phút. Xin quý khách gọi lại sau.",
                "closed_for_today": "Hôm nay chúng tôi không nhận thêm cuộc gọi.",
                "screen": "Cuộc gọi đến {hotline}. Bấm phím 1 để nhận.",
                "call_back": "Bấm phím {key} để được gọi lại khi đến lượt.",
                "place": "Bấm phím {key} để nghe vị trí chờ của quý khách.",
                "your_place": "Quý khách đang ở vị trí chờ thứ {place}.",
                "wait_range": "Thời gian chờ khoảng {least} đến {most} phút.",
                "wait_about": "Thời gian chờ khoảng {most} phút.",
                "wait_short": "Thời gian chờ không quá một phút.",
                "thanks_for_waiting": "Cảm ơn quý khách đã chờ máy.",
                "agent_coming": "Tổng đài viên sẽ nghe máy ngay bây giờ.",
                "cut_off": "Tổng đài viên vừa bị ngắt máy. Quý khách là người kế tiếp được phục vụ.",
                "recorded": "Cuộc trò chuyện này được ghi âm.",
                "may_record": "Nếu quý khách đồng ý ghi âm cuộc trò chuyện này, bấm phím 1.",
                "ring_here": "Bấm phím 1 để chúng tôi gọi lại vào số quý khách đang dùng.",
                "ring_number": "Xin nhập số điện thoại để chúng tôi gọi lại, rồi bấm phím thăng.",
                "keep_place": ("Quý khách đã có chỗ trong hàng chờ. Để giữ chỗ đó và chờ máy, bấm phím 1."),
                "ring_back": "Chúng tôi sẽ gọi lại khi đến lượt quý khách. Quý khách có thể gác máy.",
                "rings_back": "{hotline} gọi lại cho quý khách. Bấm phím 1 để nói chuyện ngay.",
                "offer": (
                    "{queue}, khách gọi từ số {caller}, nói {language}, đã chờ {minutes} phút. Bấm phím "
                    "1 để nhận cuộc gọi."
                ),
                "offer_back": (
                    "{queue}, cần gọi lại cho {caller}, nói {language}, sau {minutes} phút. Bấm phím 1 để "
                    "gọi."
                ),
                "asked": "{agent} cần hỏi về một khách gọi từ số {caller}. Bấm phím 1 để nói chuyện.",
                "sent_on": "{agent} chuyển cho bạn một khách.",
                "call_out": "Bạn muốn gọi số {caller}. Bấm phím 1 để chúng tôi nối máy.",
                "taken": "Người khác đã nhận cuộc gọi này.",
                "caller_gone": "Khách đã gác máy.",
                "agent_number": "Xin nhập mã tổng đài viên, rồi bấm phím thăng.",
                "agent_pin": "Xin nhập mã PIN, rồi bấm phím thăng.",
                "agent_wrong": "Thông tin không đúng.",
                "agent_held": "Bạn đã nhập sai quá nhiều lần. Xin gọi lại sau.",
                "agent_ready": "Bạn đang sẵn sàng nhận cuộc gọi.",
                "agent_break": "Bạn đang tạm nghỉ.",
                "agent_wrap_up": "Cuộc gọi đã kết thúc. Bấm phím 3 khi bạn làm xong.",
                "agent_unsaid": "Trước khi xong, xin ghi nội dung cuộc gọi trên bàn trực của bạn.",
                "agent_keys": (
                    "Bấm phím 1 khi sẵn sàng, phím 2 để tạm nghỉ, phím 3 khi xong cuộc gọi, phím sao để đăng "
                    "xuất."
                ),
                "agent_queues": "Bấm phím 5 để đóng hoặc mở hàng chờ.",
                "agent_queue_open": "{queue} đang mở. Bấm phím {key} để đóng.",
                "agent_queue_closed": "{queue} đang đóng. Bấm phím {key} để mở.",
                "agent_queues_done": "Bấm phím sao để kết thúc.",
                "agent_why": "Khách có thể nghe lý do. Bấm phím 0 để không nói lý do.",
                "agent_because": "Để nói: {reason} bấm phím {key}.",
                "agent_closed": "{queue} đã đóng.",
                "agent_opened": "{queue} đã mở.",
                "agent_goodbye": "Bạn đã đăng xuất. Xin chào.",
                "survey_satisfaction": (
                    "Quý khách hài lòng thế nào với sự hỗ trợ này? Bấm từ phím 1, không hài lòng, đến "
                    "phím 5, rất hài lòng."
                ),
                "survey_recommendation": (
                    "Quý khách có sẵn lòng giới thiệu chúng tôi không? Nhập số từ 0, không hề, đến 10, "
                    "rất sẵn lòng, rồi bấm phím thăng."
                ),
                "survey_solved": (
                    "Yêu cầu của quý khách đã được giải quyết chưa? Bấm phím 1 nếu rồi, phím 2 nếu chưa."
                ),
                "survey_comment": "Nếu muốn, xin quý khách góp ý thêm sau tiếng bíp, rồi bấm phím thăng.",
                "survey_thanks": "Cảm ơn quý khách đã góp ý.",
                "text_satisfaction": (
                    "{hotline}: Quý khách hài lòng thế nào với sự hỗ trợ hôm nay? Trả lời từ 1 (không) "
                    "đến 5 (rất hài lòng). Nhắn DUNG để không nhận tin nữa."
                ),
                "text_recommendation": (
                    "{hotline}: Quý khách có sẵn lòng giới thiệu chúng tôi không? Trả lời từ 0 (không) "
                    "đến 10 (rất sẵn lòng). Nhắn DUNG để không nhận tin nữa."
                ),
                "text_solved": (
                    "{hotline}: Yêu cầu của quý khách đã được giải quyết chưa? Trả lời 1 nếu rồi, 2 nếu "
                    "chưa. Nhắn DUNG để không nhận tin nữa."
                ),
                "text_comment": (
                    "{hotline}: Nếu muốn, xin quý khách góp ý thêm. Nhắn DUNG để không nhận tin nữa."
                ),
                "text_thanks": "{hotline}: Cảm ơn quý khách đã góp ý.",
                "text_noted": "{hotline}: Cảm ơn quý khách, chúng tôi đã ghi nhận.",
                "answer_yes": (
                    "có, có ạ, dạ có, vâng, dạ vâng, rồi, rồi ạ, dạ rồi, đã xong, xong rồi, được rồi, "
                    "đúng, đúng vậy, co, roi, vang"
                ),
                "answer_no": "không, không ạ, dạ không, chưa, chưa ạ, dạ chưa, chưa xong, khong, chua",
                "answer_numbers": "không, một, hai, ba, bốn, năm, sáu, bảy, tám, chín, mười",
                "answer_points": "sao, điểm, diem, trên năm, trên mười",
                "sorry": "Hệ thống đang gặp sự cố. Xin quý khách gọi lại sau ít phút.",
                "goodbye": "Cảm ơn quý khách đã gọi. Xin chào.",
                "star": "sao",
                "hash": "thăng",
            }
        ),
        "es": MappingProxyType(
            {
                "option": "Para {label}, pulse {key}.",
                "repeat": "Para escuchar de nuevo, pulse {key}.",
                "back": "Para volver, pulse {key}.",
                "top": "Para el menú principal, pulse {key}.",
                "hang_up": "Para terminar la llamada, pulse {key}.",
                "language": "Para español, pulse {key}.",
                "silence": "No hemos recibido ninguna tecla.",
                "wrong": "Esa opción no existe.",
                "ask_wrong": "Ese número no es correcto.",
                "confirm": "Ha marcado {value}. Si es correcto, pulse 1. Para marcar de nuevo, pulse 2.",
                "one_moment": "Un momento, por favor.",
                "unattended": "En este momento nadie puede atender su llamada.",
                "closed_by_fault": "Por una avería técnica no podemos atender su llamada. Lo sentimos.",
                "closed_by_crowd": "Hay tantas llamadas que en este momento no podemos atender más.",
                "closed_for_short": "Volvemos en un momento. Por favor, llame más tarde.",
                "closed_for_today": "Hemos cerrado por hoy.",
                "screen": "Una llamada para {hotline}. Para aceptarla, pulse 1.",
                "call_back": "Para que le llamemos cuando sea su turno, pulse {key}.",
                "place": "Para saber su lugar en la cola, pulse {key}.",
                "your_place": "Es usted el número {place} en la cola.",
                "wait_range": "La espera es de unos {least} a {most} minutos.",
                "wait_about": "La espera es de unos {most} minutos.",
                "wait_short": "La espera es de un minuto o menos.",
                "thanks_for_waiting": "Gracias por esperar.",
                "agent_coming": "Ya va a atenderle una persona.",
                "cut_off": (
                    "Se ha cortado la línea de la persona que le atendía. Es usted el siguiente en la cola."
                ),
                "recorded": "Esta conversación se graba.",
                "may_record": "Si acepta que se grabe esta conversación, pulse 1.",
                "ring_here": "Para que le llamemos al número desde el que llama, pulse 1.",
                "ring_number": "Marque el número al que debemos llamarle y pulse almohadilla.",
                "keep_place": ("Ya tiene un lugar en la cola. Para conservarlo y esperar aquí, pulse 1."),
                "ring_back": "Le llamaremos cuando sea su turno. Ya puede colgar.",
                "rings_back": "Le devuelve la llamada {hotline}. Para hablar ahora, pulse 1.",
                "offer": (
                    "{queue}, una llamada de {caller}, en {language}, ha esperado {minutes} minutos. "
                    "Pulse 1 para atenderla."
                ),
                "offer_back": (
                    "{queue}, hay que llamar a {caller}, en {language}, tras {minutes} minutos. Pulse 1 para "
                    "llamar."
                ),
                "asked": "{agent} le consulta sobre una llamada de {caller}. Pulse 1 para hablar.",
                "sent_on": "{agent} le pasa una llamada.",
                "call_out": "Quiere llamar a {caller}. Pulse 1 y marcamos.",
                "taken": "Otra persona ya ha atendido esta llamada.",
                "caller_gone": "Quien llamaba ha colgado.",
                "agent_number": "Marque su número de agente y pulse almohadilla.",
                "agent_pin": "Marque su PIN y pulse almohadilla.",
                "agent_wrong": "No es correcto.",
                "agent_held": "Ha habido demasiados intentos. Llame de nuevo más tarde.",
                "agent_ready": "Está listo para recibir llamadas.",
                "agent_break": "Está en pausa.",
                "agent_wrap_up": "La llamada ha terminado. Pulse 3 cuando haya acabado con ella.",
                "agent_unsaid": "Antes de acabar, diga en su puesto de qué trataba la llamada.",
                "agent_keys": (
                    "Pulse 1 cuando esté listo, 2 para una pausa, 3 cuando haya acabado con una llamada, "
                    "asterisco para salir."
                ),
                "agent_queues": "Para cerrar o abrir una cola, pulse 5.",
                "agent_queue_open": "{queue} está abierta. Para cerrarla, pulse {key}.",
                "agent_queue_closed": "{queue} está cerrada. Para abrirla, pulse {key}.",
                "agent_queues_done": "Para terminar, pulse asterisco.",
                "agent_why": "Quien llama puede oír el motivo. Para no decir nada, pulse 0.",
                "agent_because": "Para decir: {reason} pulse {key}.",
                "agent_closed": "{queue} está cerrada ahora.",
                "agent_opened": "{queue} está abierta ahora.",
                "agent_goodbye": "Ha salido. Adiós.",
                "survey_satisfaction": (
                    "¿Qué tan satisfecho está con nuestra ayuda? Pulse de 1, nada, a 5, mucho."
                ),
                "survey_recommendation": (
                    "¿Qué tan probable es que nos recomiende? Marque un número de 0, nada, a 10, muy "
                    "probable, y pulse almohadilla."
                ),
                "survey_solved": "¿Se ha resuelto? Si es así, pulse 1. Si no, pulse 2.",
                "survey_comment": "Si lo desea, cuéntenos más después del tono y pulse almohadilla.",
                "survey_thanks": "Gracias. Sus respuestas nos ayudan.",
                "text_satisfaction": (
                    "{hotline}: ¿Qué tan satisfecho está con nuestra ayuda de hoy? Responda de 1 (nada) "
                    "a 5 (mucho). ALTO para no recibir más mensajes."
                ),
                "text_recommendation": (
                    "{hotline}: ¿Qué tan probable es que nos recomiende? Responda de 0 (nada) a 10 (muy "
                    "probable). ALTO para no recibir más mensajes."
                ),
                "text_solved": (
                    "{hotline}: ¿Se ha resuelto? Responda 1 si es así, 2 si no. ALTO para no recibir más "
                    "mensajes."
                ),
                "text_comment": "{hotline}: Si lo desea, cuéntenos más. ALTO para no recibir más mensajes.",
                "text_thanks": "{hotline}: Gracias. Sus respuestas nos ayudan.",
                "text_noted": "{hotline}: Gracias, lo hemos anotado.",
                "answer_yes": "sí, si, sí gracias, si gracias, claro, por supuesto, resuelto, ya está",
                "answer_no": "no, no gracias, todavía no, todavia no, aún no, aun no, sin resolver",
                "answer_numbers": "cero, uno, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez",
                "answer_points": "estrella, estrellas, punto, puntos, de cinco, de diez",
                "sorry": "Tenemos un problema técnico. Por favor, llame de nuevo en unos minutos.",
                "goodbye": "Gracias por llamar. Adiós.",
                "star": "asterisco",
                "hash": "almohadilla",
            }
        ),
    }
)
"""Every sentence by language and name. Their holes: {label} {key} {value} {hotline} {place} {least} {most}
{queue} {caller} {language} {minutes} {agent}."""

NAMES = frozenset(PHRASES["en"])
"""The names of all sentences; a language that is complete has each of them, those of IN_A_QUEUE only where
there are queues, those of ON_AGENTS_LINE where agents dial in, those of IN_A_SURVEY where there is one."""


IN_A_QUEUE = frozenset(
    {
        "closed_by_fault",
        "closed_by_crowd",
        "closed_for_short",
        "closed_for_today",
        "call_back",
        "place",
        "your_place",
        "wait_range",
        "wait_about",
        "wait_short",
        "thanks_for_waiting",
        "agent_coming",
        "cut_off",
        "recorded",
        "may_record",
        "ring_here",
        "ring_number",
        "keep_place",
        "ring_back",
        "rings_back",
        "offer",
        "offer_back",
        "asked",
        "sent_on",
        "call_out",
        "taken",
        "caller_gone",
    }
)
"""What is said only around queues: to callers who wait, and to agents."""


ON_AGENTS_LINE = frozenset(
    {
        "agent_number",
        "agent_pin",
        "agent_wrong",
        "agent_held",
        "agent_ready",
        "agent_break",
        "agent_wrap_up",
        "agent_unsaid",
        "agent_keys",
        "agent_queues",
        "agent_queue_open",
        "agent_queue_closed",
        "agent_queues_done",
        "agent_why",
        "agent_because",
        "agent_closed",
        "agent_opened",
        "agent_goodbye",
    }
)
"""What is said only to agents who dial in."""


IN_A_SURVEY = frozenset(name for name in NAMES if name.startswith(("survey_", "text_", "answer_")))
"""What callers are asked about their call, on the line and by text message, and the words with which they
answer such a message."""


def spoken_key(key: str, phrases: Mapping[str, str]) -> str:
    """How a key is said in a sentence: `*` and `#` by their names, digits as they are."""
    return {"*": phrases["star"], "#": phrases["hash"]}.get(key, key)


def words(phrase: str, **holes: str | Value | Words) -> Words:
    """A sentence with its holes filled by texts, values or whole prompts."""
    pieces: list[str | Value] = []
    for text, name in _cut(phrase):
        if text:
            pieces.append(text)
        if name is not None:
            filling = holes[name]
            pieces.extend(filling if isinstance(filling, tuple) else (filling,))
    return tuple(pieces)


@lru_cache(maxsize=1_000)
def _cut(phrase: str) -> tuple[tuple[str, str | None], ...]:
    """A sentence as texts, each with the name of the hole behind it; the same few are said in every menu."""
    cut: list[tuple[str, str | None]] = []
    rest = phrase
    while rest:
        text, brace, rest = rest.partition("{")
        name, _, rest = rest.partition("}") if brace else (None, "", "")
        cut.append((text, name))
    return tuple(cut)


def plain(words: Words) -> str:
    """A prompt as one text for a page or a report: its holes as an admin wrote them."""
    return "".join(
        piece
        if isinstance(piece, str)
        else "{" + piece.name + (f":{piece.reading}" if piece.reading else "") + "}"
        for piece in words
    )


def in_language(texts: Texts, language: str) -> Words:
    """A prompt in one language; a prompt that lacks it (never after a check) is heard in its first one."""
    return texts.get(language) or next(iter(texts.values()))
