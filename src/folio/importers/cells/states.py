"""What a column says of each row in one word: that it was booked, or that it was not.

A row that is still to come, that was refused or that was taken back moved nothing.  The words
are lower-case and without accents, as :func:`folio.importers.cells.rows.without_accents` writes
them.  What can be either is in neither list: ``open`` is an order's that waits and a position's
that is held, ``reversed`` is said of a booking and of what gave it back.
"""

from folio.importers.cells.rows import normalised, without_accents


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(","))


# What such columns are called.
COLUMNS = _words("""status, state, transaction status, order status, payment status,
    booking status, settlement status, buchungsstatus, auftragsstatus, orderstatus, statut, etat,
    estado, estatus, stato, stav, status transakcji, tila, allapot, durum, статус, 交易状态,
    当前状态, 状态, 狀態, 状態, 상태, 취소여부""")
# Those that addresses have, too.
_OF_PLACES = frozenset(("state", "estado", "stato", "etat"))
_DONE = frozenset(
    _words("""booked, posted, settled, cleared, complete, completed, executed, filled,
    fully executed, fully filled, success, successful, succeeded, done, finished, finalized,
    finalised, confirmed, deal,
    gebucht, verbucht, abgeschlossen, ausgefuhrt, ausgefuehrt, voll ausgefuhrt,
    vollstandig ausgefuhrt, durchgefuhrt, abgerechnet, erledigt, erfolgreich, bestatigt,
    comptabilise, comptabilisee, execute, executee, termine, terminee, effectue, effectuee,
    realise, realisee, reglee, regle, reussi, reussie, confirme, confirmee,
    contabilizado, contabilizada, completado, completada, realizado, realizada, ejecutado,
    ejecutada, liquidado, liquidada, finalizado, finalizada, confirmado, confirmada,
    contabilizzato, contabilizzata, eseguito, eseguita, completato, completata, concluso, conclusa,
    effettuato, effettuata, regolato, regolata, confermato, confermata,
    verwerkt, geboekt, uitgevoerd, voltooid, afgerond, bevestigd,
    zaksiegowana, zaksiegowane, zaksiegowano, zrealizowana, zrealizowane, zrealizowano,
    zakonczona, zakonczone, zakonczono, wykonana, wykonano, rozliczona, rozliczono,
    bokford, genomford, genomfort, slutford, utford, avslutad, bogfort, gennemfort, udfort,
    afsluttet, bokfort, gjennomfort, utfort, fullfort, toteutunut, kirjattu, suoritettu, valmis,
    concluido, concluida, efetuado, efetuada, executado, executada,
    zauctovano, provedeno, dokonceno, zrealizovano, teljesult, konyvelt, vegrehajtva,
    efectuat, finalizat, procesat, tamamlandi, gerceklesti, basarili,
    исполнено, исполнен, выполнено, выполнен, проведено, проведена, завершено, завершена, успешно,
    завършено, изпълнено, виконано, успішно,
    ok, okay, normal, reconciled, matched, credited, debited, deposited,
    withdrawn, transferred,
    completat, completata, finalizata, procesata, befejezett, befejezve, lekonyvelt, teljesitve,
    zauctovane, dokoncene, vykonane, provedena, dokoncena, zavrseno, izvrseno, dovrseno, zakljuceno,
    izvedeno, baigta, uzbaigta, atlikta, ivykdyta, pabeigts, pabeigta, izpildits, lopetatud,
    taidetud, teostatud, lokid, ολοκληρωθηκε, ολοκληρωμενη, selesai, berhasil, sukses,
    交易成功, 支付成功, 已完成, 成功, 已成交, 完了, 約定済, 確定, 완료, 체결, 정상""")
)
_UNDONE = frozenset(
    _words("""pending, processing, in process, in progress, executing, submitted, queued,
    scheduled, waiting, awaiting, authorized, authorised, on hold, hold, held, draft, unconfirmed,
    declined, denied, rejected, refused, failed, failure, error, cancelled, canceled, voided, void,
    aborted, reverted, expired, not executed, not booked, unposted,
    vorgemerkt, ausstehend, offen, in bearbeitung, geplant, autorisiert, nicht ausgefuhrt,
    nicht gebucht, abgelehnt, zuruckgewiesen, storniert, fehlgeschlagen, abgebrochen, geloscht,
    gestrichen, verfallen, abgelaufen, ungebucht,
    en attente, en cours, a venir, refuse, refusee, rejete, rejetee, annule, annulee, echoue,
    echouee, expire, expiree, non execute, non executee,
    pendiente, en proceso, en curso, retenido, retenida, rechazado, rechazada, cancelado,
    cancelada, anulado, anulada, denegado, denegada, fallido, fallida, caducado, caducada,
    in attesa, in sospeso, in corso, non contabilizzato, non contabilizzata, non eseguito,
    non eseguita, rifiutato, rifiutata, annullato, annullata, respinto, respinta, fallito, fallita,
    scaduto, scaduta, cancellato, cancellata,
    in behandeling, gereserveerd, geweigerd, afgewezen, geannuleerd, mislukt, verlopen,
    oczekujaca, oczekujace, oczekuje, w trakcie, w realizacji, odrzucona, odrzucone, odrzucono,
    anulowana, anulowane, anulowano, nieudana,
    reserverad, reserverat, preliminar, vantande, avbruten, nekad, avvisad, makulerad,
    reserveret, afventer, afvist, annulleret, slettet, reservert, venter, avvist, kansellert,
    avbrutt, varaus, odottaa, hylatty, peruttu, peruutettu,
    pendente, em processamento, recusado, recusada, rejeitado, rejeitada, estornado, falhado,
    ceka na zpracovani, cekajici, zamitnuto, zamitnuta, zruseno, zrusena, neprovedeno,
    fuggoben, elutasitva, torolve, in asteptare, respins, anulat, beklemede, reddedildi,
    iptal edildi, iptal,
    caka sa, cakajuca, zamietnute, zrusene, odbijeno, otkazano, preklicano, zavrnjeno, laukiama,
    atmesta, atsaukta, gaida, noraidits, atcelts, ootel, tagasi lukatud, tuhistatud, εκκρεμει,
    απορριφθηκε, ακυρωθηκε, отказано, отменена, скасовано, відхилено,
    в обработке, ожидает, отклонено, отклонена, отменено, отменена,
    交易关闭, 失败, 取消, 处理中, 已取消, 処理中, 未約定, 取消済, 취소, 대기""")
)


def as_compared(word: str) -> str:
    """A word of a state, or the name of a column, as it is compared.

    >>> as_compared("Ausgeführt "), as_compared("En_attente")
    ('ausgefuhrt', 'en attente')
    """
    return " ".join(without_accents(normalised(word)).replace("_", " ").rstrip(".").split())


def is_booked(word: str) -> bool | None:
    """Whether a row that says a word was booked; None: nobody knows.

    >>> is_booked("Gebucht"), is_booked("ANULADA"), is_booked("Reversed")
    (True, False, None)
    """
    state = as_compared(word)
    return True if state in _DONE else False if state in _UNDONE else None


def may_be_place(column: str, word: str) -> bool:
    """Whether a word is none of a state but a part of an address: ``NY``."""
    return (
        as_compared(column) in _OF_PLACES and len(word) == 2 and word.isalpha() and word.isupper()
    )
