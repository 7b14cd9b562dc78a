using System.Runtime.InteropServices;
using System.Text;

namespace EdgeSeq.Device.Network;

/// <summary>The functions of the system's OpenSSL 3 that a client needs (https://docs.openssl.org/3.0/man3/), loaded when they are first
/// used.</summary>
internal sealed unsafe class OpenSsl
{
    public const int WantsRead = 2;
    public const int WantsWrite = 3;
    public const int IsClosed = 6;

    private const int SetMinimumVersion = 123;
    private const int Tls12 = 0x0303;
    private const int VerifyPeer = 1;
    private const int PemFile = 1;
    private const int SetHostName = 55;
    private const int PartialWritesFromAnywhere = 3;
    private const int SetMode = 33;
    private const int IsTrusted = 0;
    private const int ReasonBytes = 256;

    private static readonly Lazy<OpenSsl?> Loaded = new(() =>
        NativeLibrary.TryLoad("libssl.so.3", out var ssl) && NativeLibrary.TryLoad("libcrypto.so.3", out var crypto)
            ? new OpenSsl(ssl, crypto) : null);

    private readonly delegate* unmanaged<nint> _clientMethod;
    private readonly delegate* unmanaged<nint, nint> _newContext;
    private readonly delegate* unmanaged<nint, void> _freeContext;
    private readonly delegate* unmanaged<nint, int, nint, nint, nint> _contextControl;
    private readonly delegate* unmanaged<nint, int, nint, void> _setVerify;
    private readonly delegate* unmanaged<nint, byte*, byte*, int> _loadVerifyLocations;
    private readonly delegate* unmanaged<nint, int> _setDefaultVerifyPaths;
    private readonly delegate* unmanaged<nint, byte*, int> _useCertificate;
    private readonly delegate* unmanaged<nint, byte*, int, int> _useKey;
    private readonly delegate* unmanaged<nint, nint> _newSession;
    private readonly delegate* unmanaged<nint, void> _freeSession;
    private readonly delegate* unmanaged<nint, int, int> _setDescriptor;
    private readonly delegate* unmanaged<nint, int, nint, nint, nint> _control;
    private readonly delegate* unmanaged<nint, byte*, int> _setHost;
    private readonly delegate* unmanaged<nint, int> _connect;
    private readonly delegate* unmanaged<nint, byte*, int, int> _read;
    private readonly delegate* unmanaged<nint, byte*, int, int> _write;
    private readonly delegate* unmanaged<nint, int> _shutdown;
    private readonly delegate* unmanaged<nint, int, int> _error;
    private readonly delegate* unmanaged<nint, nint> _verifyResult;
    private readonly delegate* unmanaged<nint, nint> _verifyWords;
    private readonly delegate* unmanaged<nuint> _nextError;
    private readonly delegate* unmanaged<void> _clearErrors;
    private readonly delegate* unmanaged<nuint, byte*, nuint, void> _errorWords;

    private OpenSsl(nint ssl, nint crypto)
    {
        _clientMethod = (delegate* unmanaged<nint>)NativeLibrary.GetExport(ssl, "TLS_client_method");
        _newContext = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_CTX_new");
        _freeContext = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(ssl, "SSL_CTX_free");
        _contextControl = (delegate* unmanaged<nint, int, nint, nint, nint>)NativeLibrary.GetExport(ssl, "SSL_CTX_ctrl");
        _setVerify = (delegate* unmanaged<nint, int, nint, void>)NativeLibrary.GetExport(ssl, "SSL_CTX_set_verify");
        _loadVerifyLocations =
            (delegate* unmanaged<nint, byte*, byte*, int>)NativeLibrary.GetExport(ssl, "SSL_CTX_load_verify_locations");
        _setDefaultVerifyPaths = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(ssl, "SSL_CTX_set_default_verify_paths");
        _useCertificate = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(ssl, "SSL_CTX_use_certificate_chain_file");
        _useKey = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(ssl, "SSL_CTX_use_PrivateKey_file");
        _newSession = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_new");
        _freeSession = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(ssl, "SSL_free");
        _setDescriptor = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(ssl, "SSL_set_fd");
        _control = (delegate* unmanaged<nint, int, nint, nint, nint>)NativeLibrary.GetExport(ssl, "SSL_ctrl");
        _setHost = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(ssl, "SSL_set1_host");
        _connect = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(ssl, "SSL_connect");
        _read = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(ssl, "SSL_read");
        _write = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(ssl, "SSL_write");
        _shutdown = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(ssl, "SSL_shutdown");
        _error = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(ssl, "SSL_get_error");
        _verifyResult = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_get_verify_result");
        _verifyWords = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(crypto, "X509_verify_cert_error_string");
        _nextError = (delegate* unmanaged<nuint>)NativeLibrary.GetExport(crypto, "ERR_get_error");
        _clearErrors = (delegate* unmanaged<void>)NativeLibrary.GetExport(crypto, "ERR_clear_error");
        _errorWords = (delegate* unmanaged<nuint, byte*, nuint, void>)NativeLibrary.GetExport(crypto, "ERR_error_string_n");
    }

    /// <exception cref="NetworkException">The library is not there.</exception>
    public static OpenSsl Load() =>
        Loaded.Value ?? throw new NetworkException("encrypted connections need OpenSSL 3: apt install libssl3");

    /// <summary>A context for clients: TLS 1.2 or newer, the other side always verified.</summary>
    /// <exception cref="NetworkException">A file holds no certificate or key.</exception>
    public nint NewContext(TlsSettings settings)
    {
        var context = _newContext(_clientMethod());
        _contextControl(context, SetMinimumVersion, Tls12, 0);
        _setVerify(context, VerifyPeer, 0);
        if (Trust(context, settings.CaFile) && UseCertificate(context, settings))
            return context;
        _freeContext(context);
        throw new NetworkException($"a certificate or key file is not usable: {Queued()}");
    }

    public nint NewSession(nint context, nint descriptor)
    {
        var session = _newSession(context);
        _setDescriptor(session, (int)descriptor);
        _control(session, SetMode, PartialWritesFromAnywhere, 0);
        return session;
    }

    /// <summary>Makes the session accept the certificate of this host only, and tells the server which one is wanted.</summary>
    public void ExpectHost(nint session, string host)
    {
        fixed (byte* name = Zeroed(host))
        {
            if (_setHost(session, name) != 1)
                throw new NetworkException($"'{host}' cannot be the name in a certificate");
            if (!System.Net.IPAddress.TryParse(host, out _))
                _control(session, SetHostName, 0, (nint)name);
        }
    }

    public int Connect(nint session)
    {
        _clearErrors();
        return _connect(session);
    }

    public int Read(nint session, Span<byte> buffer)
    {
        _clearErrors();
        fixed (byte* bytes = buffer)
            return _read(session, bytes, buffer.Length);
    }

    public int Write(nint session, ReadOnlySpan<byte> buffer)
    {
        _clearErrors();
        fixed (byte* bytes = buffer)
            return _write(session, bytes, buffer.Length);
    }

    /// <summary>What a result that is no success means.</summary>
    public int Error(nint session, int result) => _error(session, result);

    /// <summary>Why the handshake failed, in words.</summary>
    public string Reason(nint session)
    {
        var verified = _verifyResult(session);
        return verified == IsTrusted ? Queued() : Marshal.PtrToStringUTF8(_verifyWords(verified)) ?? "the certificate is not trusted";
    }

    public void Free(nint session, nint context)
    {
        _clearErrors();
        _ = _shutdown(session);
        _freeSession(session);
        _freeContext(context);
    }

    private static byte[] Zeroed(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private bool Trust(nint context, string? caFile)
    {
        if (caFile is null)
            return _setDefaultVerifyPaths(context) == 1;
        fixed (byte* path = Zeroed(caFile))
            return _loadVerifyLocations(context, path, null) == 1;
    }

    private bool UseCertificate(nint context, TlsSettings settings)
    {
        if (settings.CertificateFile is null || settings.KeyFile is null)
            return true;
        fixed (byte* certificate = Zeroed(settings.CertificateFile))
        fixed (byte* key = Zeroed(settings.KeyFile))
            return _useCertificate(context, certificate) == 1 && _useKey(context, key, PemFile) == 1;
    }

    private string Queued()
    {
        var error = _nextError();
        if (error == 0)
            return "the other side closed the connection";
        var text = stackalloc byte[ReasonBytes];
        _errorWords(error, text, ReasonBytes);
        return Marshal.PtrToStringUTF8((nint)text) ?? "";
    }
}
