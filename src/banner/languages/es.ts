import type { BannerLanguage } from '../language.js';

const cleared = 'Se borraron los datos de este sitio en el navegador.';
const unreachable = 'No se puede contactar con el servicio de inicio de sesión en este momento.';
const misconfigured =
  'El inicio de sesión no está bien configurado en este sitio. Avise, por favor, a sus responsables.';

/** Spanish, addressing the person as «usted», without a grammatical gender. */
export const spanish: BannerLanguage = {
  lang: 'es',
  messages: {
    label: 'Su sesión',
    signedOut: 'No ha iniciado sesión.',
    signingIn: 'Iniciando sesión…',
    limited: 'Ha iniciado sesión con menos permisos.',
    limitedDetail:
      'Es posible que algunas cosas no estén disponibles. Iniciar sesión de nuevo puede recuperarlas.',
    interrupted: 'Se ha interrumpido la conexión con el servicio de inicio de sesión.',
    interruptedDetail: 'Su trabajo se conserva y seguirá por sí solo en cuanto vuelva la conexión.',
    verificationRequired: 'Confirme su identidad, por favor.',
    verificationRequiredDetail: 'Lo que estaba haciendo lo requiere y continuará después.',
    ending: 'Su sesión está a punto de terminar.',
    ended: 'Su sesión ha terminado.',
    endedDetail: 'Inicie sesión de nuevo para continuar.',
    continueDetail: 'Continúe donde estaba; normalmente no hace falta contraseña.',
    outOfDate: 'Esta página está desactualizada. Vuelva a cargarla.',
    outOfDateDetail: 'Guarde antes lo que haya escrito: al cargarla de nuevo se pierde.',
    unknownProblem: 'Algo ha fallado.',
    problems: {
      idle_limit_near: 'No ha habido actividad aquí desde hace un rato.',
      absolute_limit_near:
        'Casi ha alcanzado su duración máxima. Inicie sesión de nuevo para continuar; esta página se queda como está.',
      idle_timeout: 'No ha habido actividad aquí desde hace un rato.',
      absolute_lifetime: 'La sesión ha alcanzado su duración máxima.',
      session_revoked: 'Lo ha pedido el servicio de inicio de sesión, otro dispositivo o la administración.',
      signed_out_elsewhere: 'Usted cerró todas sus sesiones desde otro dispositivo.',
      sign_out_incomplete: 'Ha cerrado la sesión aquí, pero quizá no en sus otros dispositivos.',
      rotation_lost: 'La conexión se cortó en mal momento.',
      token_request_rejected: 'El servicio de inicio de sesión no ha prolongado su sesión.',
      renewal_failed: 'Esta vez no ha funcionado.',
      not_signed_in: 'No ha iniciado sesión.',
      seal_missing: cleared,
      vault_unreadable: cleared,
      vault_lost: cleared,
      vault_unavailable: 'Este navegador no permite que el sitio guarde datos.',
      authorization_server_unreachable: unreachable,
      authorization_server_error: 'El servicio de inicio de sesión tiene un problema en este momento.',
      discovery_failed: unreachable,
      issuer_mismatch: misconfigured,
      client_rejected: misconfigured,
      authorization_request_rejected: misconfigured,
      dpop_unsupported: misconfigured,
      sign_in_refused: 'El inicio de sesión se canceló o se rechazó.',
      sign_in_expired: 'El inicio de sesión ha tardado demasiado.',
      sign_in_failed: 'El inicio de sesión no ha funcionado.',
      popup_blocked:
        'El navegador ha bloqueado la ventana de inicio de sesión. Permítala para este sitio o inicie sesión en esta página; en ese caso se pierde lo que no esté guardado aquí.',
      draft_not_kept:
        'Lo que ha escrito aquí es demasiado para llevarlo consigo. Inicie sesión en una ventana aparte; esta página queda como está.',
      command_rate_limited: 'Se ha intentado demasiadas veces. Espere un minuto y vuelva a intentarlo.',
      worker_unresponsive: 'Una parte de esta página no responde. Volver a cargarla puede ayudar.',
      protocol_unsupported: 'Esta página está desactualizada.',
    },
    nextAttempt: 'Próximo intento en {time}.',
    tryingNow: 'Intentando ahora…',
    endsAt: 'Fin de la sesión: {time}.',
    timeLeft: 'Tiempo restante: {time}.',
    endingNow: 'Está terminando ahora.',
    signInAction: 'Iniciar sesión',
    continueAction: 'Continuar',
    startAgainAction: 'Empezar de nuevo',
    signInAgainAction: 'Iniciar sesión de nuevo',
    signInHereAction: 'Iniciar sesión en esta página',
    confirmAction: 'Confirmar',
    tryNowAction: 'Intentar ahora',
    staySignedInAction: 'Mantener la sesión',
    reloadAction: 'Volver a cargar',
  },
};
