"""Calls, messages and recordings as the REST interface shows them. Times are RFC 2822, as at the carrier."""

from typing import Any

from ivr.box.exchange import API_VERSION, Exchange
from ivr.box.leg import Leg
from ivr.box.messages import Message
from ivr.box.recordings import Recording


def shown_call(leg: Leg) -> dict[str, Any]:
    exchange = leg.exchange
    uri = f"/{API_VERSION}/Accounts/{exchange.account_sid}/Calls/{leg.sid}"
    ended = exchange.rfc_time(leg.ended_at) if leg.ended_at is not None else None
    return {
        "sid": leg.sid,
        "account_sid": exchange.account_sid,
        "api_version": API_VERSION,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "to": leg.to,
        "to_formatted": leg.to,
        "status": leg.status,
        "direction": leg.direction,
        "parent_call_sid": leg.parent.sid if leg.parent else None,
        "duration": str(leg.seconds) if leg.over else None,
        "date_created": exchange.rfc_time(leg.created_at),
        "date_updated": ended or exchange.rfc_time(leg.answered_at or leg.created_at),
        "start_time": exchange.rfc_time(leg.answered_at) if leg.answered_at is not None else None,
        "end_time": ended,
        "queue_time": "0",
        "answered_by": None,
        "caller_name": "",
        "price": None,
        "price_unit": "USD",
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


def shown_message(exchange: Exchange, message: Message) -> dict[str, Any]:
    at = exchange.rfc_time(message.at)
    return {
        "sid": message.sid,
        "account_sid": exchange.account_sid,
        "api_version": API_VERSION,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "status": "delivered",
        "direction": "outbound-api",
        "date_created": at,
        "date_updated": at,
        "date_sent": at,
        "num_segments": str(message.segments),
        "num_media": "0",
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": None,
        "price": None,
        "price_unit": "USD",
        "uri": f"/{API_VERSION}/Accounts/{exchange.account_sid}/Messages/{message.sid}.json",
    }


def shown_recording(exchange: Exchange, recording: Recording) -> dict[str, Any]:
    at = exchange.rfc_time(recording.started_at)
    return {
        "sid": recording.sid,
        "account_sid": exchange.account_sid,
        "api_version": API_VERSION,
        "call_sid": recording.call_sid,
        "status": recording.status if recording.fetchable or recording.is_running else "processing",
        "duration": str(recording.seconds),
        "channels": 1,
        "source": recording.source,
        "start_time": at,
        "date_created": at,
        "date_updated": at,
        "error_code": None,
        "media_url": recording.url,
        "price": None,
        "price_unit": "USD",
        "uri": f"/{API_VERSION}/Accounts/{exchange.account_sid}/Recordings/{recording.sid}.json",
    }


def shown_number(exchange: Exchange, number: str, name: str) -> dict[str, Any]:
    return {
        "account_sid": exchange.account_sid,
        "api_version": API_VERSION,
        "phone_number": number,
        "friendly_name": name or number,
        "voice_url": exchange.line.voice_url,
        "voice_method": "POST",
        "voice_fallback_url": exchange.line.fallback_url or "",
        "status_callback": exchange.line.status_url or "",
        "status_callback_method": "POST",
        "sms_url": exchange.line.text_url or "",
        "sms_method": "POST",
    }
